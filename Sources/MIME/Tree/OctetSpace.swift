/// One run of octets that parts lie in: the message as received, or a decoded message inside it.
struct OctetSpace: Sendable {
    /// The octets.
    let source: any OctetSource
    /// Its header blocks; fields are places in them.
    let headers: [UInt8]
    /// Where the part that held a decoded message begins in the octets as received; `nil` for these
    /// themselves.
    let anchor: Int?
}
