/// How deliveries are sent again.
package struct ReplayOrder: Equatable, Sendable {
    /// Makes a new delivery with its own id, which names the old one; otherwise the same delivery begins a new
    /// series of attempts under its old id.
    package var makesNewID: Bool
    /// Another endpoint, by name; makes a new delivery.
    package var endpoint: String?
    /// Another URL, signed as its endpoint signs; makes a new delivery.
    package var url: String?

    /// Sends again: to the same place unless told otherwise.
    package init(makesNewID: Bool = false, endpoint: String? = nil, url: String? = nil) {
        self.makesNewID = makesNewID
        self.endpoint = endpoint
        self.url = url
    }

    /// Whether a new delivery is made.
    package var isCopy: Bool { makesNewID || endpoint != nil || url != nil }
}
