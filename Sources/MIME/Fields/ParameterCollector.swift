/// Puts parameters together from what was read: plain values, values with a charset, and segments of either
/// kind (RFC 2231).
///
/// A plain value loses to a good one with a charset or in segments, and wins over a broken one. Of the same
/// parameter, or the same segment, the first counts, and so it is with one in a piece and one in segments.
struct ParameterCollector {
    private struct Segment {
        let number: Int
        let isExtended: Bool
        let octets: [UInt8]
    }

    private struct Gathered {
        let name: String
        var plain: [UInt8]?
        var extended: [UInt8]?
        var segments: [Segment] = []
        var beginsWithSegment = false
        var isBroken = false
    }

    private var gathered: [Gathered] = []
    private var segments = 0
    private var additions = 0
    private var hasDuplicates = false
    private var isBroken = false

    /// Whether another parameter is taken: so many by name, and so many in all with segments and repetitions.
    func hasRoom(within limits: ParseLimits) -> Bool {
        gathered.count < limits.parameters && additions < limits.parameters + limits.segments
    }

    /// Adds the value of `name`.
    mutating func add(_ name: ParameterName, _ value: [UInt8], _ limits: ParseLimits) {
        additions += 1
        let place = gathered.firstIndex { $0.name == name.base } ?? gathered.count
        if place == gathered.count { gathered.append(Gathered(name: name.base)) }
        guard name.isValid else {
            gathered[place].isBroken = true
            return
        }
        if let number = name.segment {
            guard segments < limits.segments else { return gathered[place].isBroken = true }
            segments += 1
            if gathered[place].extended == nil { gathered[place].beginsWithSegment = true }
            gathered[place].segments.append(
                Segment(number: number, isExtended: name.isExtended, octets: value))
        } else if name.isExtended {
            if gathered[place].extended == nil {
                gathered[place].extended = value
            } else {
                hasDuplicates = true
            }
        } else {
            if gathered[place].plain == nil { gathered[place].plain = value } else { hasDuplicates = true }
        }
    }

    /// The parameters that were added; raw octets in them are tried with the charset that stands among them.
    mutating func parameters(in context: FieldContext, defects: inout DefectLog) -> Parameters {
        var context = context
        if let charset = gathered.first(where: { $0.name == "charset" })?.plain {
            context.fallbackCharset = charset.span.text
        }
        var parameters = Parameters()
        parameters.entries.reserveCapacity(gathered.count)
        for parameter in gathered {
            guard let entry = entry(for: parameter, in: context, defects: &defects) else { continue }
            parameters.entries.append(entry)
        }
        if isBroken { defects.report(.invalidParameter) }
        if hasDuplicates { defects.report(.duplicateParameter) }
        return parameters
    }

    private mutating func entry(
        for parameter: Gathered, in context: FieldContext, defects: inout DefectLog
    ) -> Parameters.Entry? {
        if let extended = extendedEntry(
            for: parameter, hasPlain: parameter.plain != nil, in: context, &defects)
        {
            return extended
        }
        guard let plain = parameter.plain else { return nil }
        let value = unstructuredText(plain.span, in: context, defects: &defects)
        let isSame = value.utf8.elementsEqual(plain)
        return Parameters.Entry(name: parameter.name, value: value, octets: isSame ? nil : plain)
    }

    /// The value with a charset, or in segments; `nil` when there is none, or when it is broken and there is
    /// a plain one.
    private mutating func extendedEntry(
        for parameter: Gathered, hasPlain: Bool, in context: FieldContext, _ defects: inout DefectLog
    ) -> Parameters.Entry? {
        var value = ExtendedValue()
        if let extended = parameter.extended, !parameter.beginsWithSegment {
            value.append(extended.span, isExtended: true)
        } else if !parameter.segments.isEmpty {
            value.isGood = !parameter.isBroken
            appendSegments(parameter.segments, to: &value)
        } else {
            isBroken = isBroken || parameter.isBroken
            return nil
        }
        let text = value.text(in: context, defects: &defects)
        if !value.isGood { isBroken = true }
        guard value.isGood || !hasPlain else { return nil }
        return Parameters.Entry(name: parameter.name, value: text, octets: value.octets)
    }

    private mutating func appendSegments(_ segments: [Segment], to value: inout ExtendedValue) {
        let ordered = segments.enumerated().sorted {
            ($0.element.number, $0.offset) < ($1.element.number, $1.offset)
        }
        var expected = 0
        for (_, segment) in ordered {
            if segment.number < expected {
                hasDuplicates = true
                continue
            }
            if segment.number > expected { value.isGood = false }
            expected = segment.number + 1
            value.append(segment.octets.span, isExtended: segment.isExtended)
        }
    }
}
