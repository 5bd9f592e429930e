import Foundation
import NIOCore
import TestSupport

/// Octets to a server and back, on a thread of its own.
enum RawClient {
    /// Sends `request` and answers all that comes until the server closes; nothing within ten seconds is the end too.
    static func ask(_ address: SocketAddress, _ request: String) async -> String {
        await withCheckedContinuation { waiter in
            startTestThread { waiter.resume(returning: exchange(address, Array(request.utf8))) }
        }
    }

    private static func exchange(_ address: SocketAddress, _ request: [UInt8]) -> String {
        let family = address.pathname == nil ? AF_INET : AF_UNIX
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(
                descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let result = unsafe address.withSockAddr { unsafe connect(descriptor, $0, socklen_t($1)) }
        guard result == 0 else { return "not connected: \(errno)" }
        _ = unsafe send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
        var (answer, buffer): ([UInt8], [UInt8]) = ([], Array(repeating: 0, count: 65_536))
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += buffer[..<count]
        }
    }
}

extension String {
    /// A request that asks for `target` and closes.
    static func get(_ target: String) -> String {
        "GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    }

    /// The status of the answer.
    var status: Int { Int(split(separator: " ").dropFirst().first ?? "") ?? 0 }
}
