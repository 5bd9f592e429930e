/// Notices a CR or LF that is not part of a CRLF, for `bare_newlines: reject`, RFC 5321 §2.3.8.
struct BareNewlines {
    /// Whether one was seen so far; a CR at the very end counts once `finish` was called.
    private(set) var wereSeen = false
    private var endsInCR = false

    /// Looks at the next octets of the message.
    mutating func scan(_ octets: Span<UInt8>) {
        guard !wereSeen else { return }
        for index in octets.indices {
            let octet = octets[index]
            if endsInCR != (octet == .lineFeed) { return wereSeen = true }
            endsInCR = octet == .carriageReturn
        }
    }

    /// The message ends here.
    mutating func finish() {
        if endsInCR { wereSeen = true }
    }
}
