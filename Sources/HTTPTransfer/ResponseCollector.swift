/// Gathers a response within the limits, fed by libcurl's callbacks.
struct ResponseCollector {
    private let limits: TransferLimits
    private var lines: [UInt8] = []
    private var headerCount = 0
    private var prefix: [UInt8] = []
    private var bodyCount = 0
    /// Why the engine itself gave the response up; `nil` while it did not.
    private(set) var overflow: Overflow?

    /// Which part was too large.
    enum Overflow {
        /// The header; the response does not count.
        case header
        /// The body; the status has decided by then.
        case body
    }

    init(limits: TransferLimits) {
        self.limits = limits
    }

    /// Whether an octet of a response came.
    var hasBegun: Bool { headerCount > 0 }

    /// Takes a line of a header, its line end included; false: give up.
    mutating func header(_ line: UnsafeRawBufferPointer) -> Bool {
        headerCount += line.count
        guard headerCount <= limits.responseHeader else {
            overflow = .header
            return false
        }
        // Each status line, also that of an interim response, starts a new header.
        if unsafe line.starts(with: "HTTP/".utf8) {
            lines.removeAll(keepingCapacity: true)
        } else {
            unsafe lines.append(contentsOf: line)
        }
        return true
    }

    /// Takes octets of the body; false: give up.
    mutating func body(_ octets: UnsafeRawBufferPointer) -> Bool {
        bodyCount += octets.count
        let room = max(0, limits.storedBody - prefix.count)
        unsafe prefix.append(contentsOf: octets.prefix(room))
        guard bodyCount <= limits.countedBody else {
            overflow = .body
            return false
        }
        return true
    }

    /// The response as far as it came.
    func response(status: Int) -> TransferResponse {
        TransferResponse(
            status: status, headers: HeaderBlock(lines: lines), bodyPrefix: prefix,
            isTruncated: bodyCount > prefix.count)
    }

    /// Forgets everything, ready for the next response.
    mutating func reset() {
        self = ResponseCollector(limits: limits)
    }
}
