import MIME
import Mail

extension TransomPayload {
    /// Levels that parts lie in one another in `structure`; deeper ones stand beside one another in the last.
    ///
    /// Some receivers' JSON parsers give up at a depth of 64 (.NET) or 100 (Ruby), each level here is two of theirs,
    /// and nobody may make a message undeliverable by nesting its parts.
    static let deepestStructure = 24

    /// Writes `structure`: the tree of parts, without descending into it.
    func writeStructure(into json: inout JSONWriter) {
        json.name("structure")
        var open: [Int] = []
        for part in parsed.parts {
            let level = min(part.depth, Self.deepestStructure)
            while let last = open.last, last >= level {
                json.endArray()
                json.endObject()
                open.removeLast()
            }
            begin(part, in: &json)
            open.append(level)
        }
        for _ in open {
            json.endArray()
            json.endObject()
        }
    }

    /// Writes all of `part` up to the parts in it.
    private func begin(_ part: Part, in json: inout JSONWriter) {
        json.beginObject()
        json.member("part", parsed.section(of: part))
        json.name("content_type")
        json.beginString()
        json.piece(part.contentType.type.utf8Span.span)
        json.piece("/".utf8Span.span)
        json.piece(part.contentType.subtype.utf8Span.span)
        json.endString()
        json.member("charset", part.contentType.parameters["charset"])
        json.member("transfer_encoding", part.transferEncodingText)
        json.member("disposition", part.declaredDisposition)
        json.member("filename", part.filename)
        json.member("content_id", part.contentID)
        json.member("offset", part.offset)
        json.member("size", part.size)
        json.name("parts")
        json.beginArray()
    }

    /// Writes `defects`.
    func writeDefects(_ log: DefectLog, into json: inout JSONWriter) {
        json.name("defects")
        json.beginArray()
        for defect in parsed.defects(in: log) {
            json.beginObject()
            json.member("code", defect.code.rawValue)
            json.member("part", defect.part)
            json.member("offset", defect.offset)
            json.member("count", defect.count)
            json.endObject()
        }
        json.endArray()
    }
}

extension Part {
    /// The disposition as declared; `nil` without one.
    var declaredDisposition: String? {
        guard let value = disposition?.value, !value.isEmpty else { return nil }
        return value
    }
}
