/// The parameters of Content-Type or Content-Disposition, decoded (RFC 2045 §5.1, RFC 2231).
package struct Parameters: Equatable, Sendable {
    /// One parameter.
    struct Entry: Equatable, Sendable {
        /// The name, in lower case, without the marks of RFC 2231.
        let name: String
        /// The value, decoded.
        let value: String
        /// The octets of the value when they are not those of `value`.
        let octets: [UInt8]?
    }

    /// The parameters, each name once, in the order of their first appearance.
    var entries: [Entry] = []

    /// No parameters.
    package init() {}

    /// The decoded value of the parameter `name`, which is in lower case.
    package subscript(_ name: String) -> String? {
        entries.first { $0.name == name }?.value
    }

    /// The value of `name` without its quotes and otherwise as sent: what a boundary is compared with.
    package func octets(_ name: String) -> [UInt8]? {
        guard let entry = entries.first(where: { $0.name == name }) else { return nil }
        return entry.octets ?? Array(entry.value.utf8)
    }

    /// Names and decoded values in order.
    package var list: [(name: String, value: String)] {
        entries.map { ($0.name, $0.value) }
    }
}
