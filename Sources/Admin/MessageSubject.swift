import MIME

/// The subject of a message for lists: read from its first octets when somebody looks, stored nowhere.
enum MessageSubject {
    /// How much of a message is read for it.
    static let window = 256 << 10

    /// The decoded subject; `nil` without one.
    static func read(from octets: [UInt8]) -> String? {
        guard let message = try? MessageParser().parse(MemorySource(octets)) else { return nil }
        return message.values(named: "subject").first
    }
}
