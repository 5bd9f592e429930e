/// Reads a message's headers and part tree.
///
/// Every input gives a result; what is wrong with it is listed.
///
/// Time is linear in the size of the message, and memory holds header blocks and parts only: contents stay
/// where they are and are read when they are asked for. Messages inside the message that are transfer-encoded
/// are the exception: they are decoded to be opened, up to a limit.
package struct MessageParser: Sendable {
    private let limits: ParseLimits

    /// A parser within `limits`.
    package init(limits: ParseLimits = .standard) {
        self.limits = limits
    }

    /// The message in `source`; throws only what the source throws.
    package func parse(_ source: some OctetSource) throws -> ParsedMessage {
        var builder = PartTreeBuilder(source, limits: limits)
        try builder.build()
        if source.count == 0 { builder.log.report(.emptyMessage) }
        var message = ParsedMessage(builder, source: source)
        if !builder.encodedMessages.isEmpty { try open(&builder, into: &message) }
        try nameUuencodedParts(of: &message)
        return message
    }

    /// Decodes the encoded messages in `builder` and reads them too, and those inside them.
    private func open(_ builder: inout PartTreeBuilder, into message: inout ParsedMessage) throws {
        var budget = limits.embedded
        var next = 0
        while next < builder.encodedMessages.count {
            let holder = builder.encodedMessages[next]
            next += 1
            builder.log.part = holder
            let part = builder.parts[holder]
            let anchor = message.spaces[part.space].anchor ?? part.offset
            guard let decoded = try message.decoded(part, limit: budget) else {
                builder.log.report(.embeddedTooLarge, at: part.offset)
                continue
            }
            budget -= decoded.count
            builder.log.report(.encodedMessage, at: part.offset)
            builder.log.base = anchor
            builder.log.isAnchored = true
            let source = MemorySource(decoded)
            try builder.build(OctetWindow(source), space: message.spaces.count, in: holder)
            message.spaces.append(OctetSpace(source: source, headers: decoded, anchor: anchor))
        }
        message.adopt(builder)
    }

    /// The name on the `begin` line is the file name of a uuencoded part that has no other.
    private func nameUuencodedParts(of message: inout ParsedMessage) throws {
        for index in message.parts.indices {
            let part = message.parts[index]
            guard part.transferEncoding == .uuencode, part.kind == .leaf, part.filename == nil else {
                continue
            }
            message.parts[index].filename = try message.uuencodedName(of: part)
        }
    }
}
