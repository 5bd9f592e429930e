/// A message that has been read: its parts and fields as offsets into its octets, and what is wrong with it.
///
/// Contents are not in here. `reader(of:)` and its siblings give them piece by piece, from the source that
/// was parsed.
package struct ParsedMessage: Sendable {
    /// The parts in document order, containers included; the first is the message itself.
    package internal(set) var parts: [Part]
    /// What is wrong, as far as reading headers and parts showed; readers add what they meet.
    package var log: DefectLog
    /// The limits the message was read within.
    package let limits: ParseLimits
    /// The label of the first charset that a text part declares; raw octets in headers are tried with it.
    package let declaredCharset: String?
    /// The runs of octets that parts lie in.
    var spaces: [OctetSpace]
    /// The fields of all parts.
    private(set) var fields: [HeaderField]

    /// What `builder` read from `source`.
    init(_ builder: PartTreeBuilder, source: any OctetSource) {
        spaces = [OctetSpace(source: source, headers: builder.arena.octets, anchor: nil)]
        parts = builder.parts
        fields = builder.fields
        log = builder.log
        limits = builder.limits
        declaredCharset = builder.charset
    }

    /// The message itself.
    package var root: Part { parts[0] }

    /// Octets of the message as received.
    package var size: Int { spaces[0].source.count }

    /// The fields of `part`, in order.
    package func fields(of part: Part) -> ArraySlice<HeaderField> {
        fields[part.fields]
    }

    /// The first field of this kind in `part`.
    package func firstField(_ kind: FieldKind, of part: Part) -> HeaderField? {
        fields[part.fields].first { $0.kind == kind }
    }

    /// The parts of `part`, in order.
    package func children(of part: Part) -> [Part] {
        var children: [Part] = []
        var next = part.index + 1
        while next < parts.count, parts[next].depth > part.depth {
            if parts[next].depth == part.depth + 1 { children.append(parts[next]) }
            next += 1
        }
        return children
    }

    /// The root of the message that `part` holds, when it holds one.
    package func embeddedRoot(of part: Part) -> Part? {
        part.kind == .message && part.index + 1 < parts.count ? parts[part.index + 1] : nil
    }

    /// Takes over what reading encoded messages added, and puts the parts into document order.
    mutating func adopt(_ builder: PartTreeBuilder) {
        let found = builder.parts
        fields = builder.fields
        let order = Self.documentOrder(of: found)
        var place = [Int](repeating: 0, count: found.count)
        for (index, old) in order.enumerated() { place[old] = index }
        parts = order.map { old in
            var part = found[old]
            part.index = place[old]
            part.parent = part.parent.map { place[$0] }
            return part
        }
        log = builder.log
        log.renumberParts { place[$0] }
    }

    /// The indices of `parts` in document order: each part before those in it, and these before its later
    /// siblings.
    private static func documentOrder(of parts: [Part]) -> [Int] {
        let children = parts.childIndices
        var order: [Int] = []
        var waiting = [0]
        while let index = waiting.popLast() {
            order.append(index)
            waiting.append(contentsOf: children[index].reversed())
        }
        return order
    }
}
