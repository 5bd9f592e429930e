// A webhook receiver in Swift, on POSIX sockets and Foundation alone: checks nothing but the shape of a request by
// itself and leaves the signature to `transom verify`, so that it needs no package.
//
//     swiftc receiver.swift -o receiver && WEBHOOK_SECRET=whsec_… ./receiver [PORT]
//
// In an application of your own, take HMAC<SHA256> of swift-crypto over "\(id).\(timestamp)." + body instead.
import Foundation

struct Webhook {
    let headers: [String: String]
    let body: Data

    /// Runs `transom verify`, which knows the rules: the right digest, constant time, and a timestamp that is fresh.
    func isGenuine(secret: String) throws -> Bool {
        let verify = Process()
        verify.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        verify.arguments = [
            ProcessInfo.processInfo.environment["TRANSOM"] ?? "transom", "verify", "--secret", secret,
            "--id", headers["webhook-id"] ?? "", "--timestamp", headers["webhook-timestamp"] ?? "",
            "--signature", headers["webhook-signature"] ?? "",
        ]
        let input = Pipe()
        verify.standardInput = input
        verify.standardOutput = FileHandle.nullDevice
        verify.standardError = FileHandle.nullDevice
        try verify.run()
        input.fileHandleForWriting.write(body)
        try input.fileHandleForWriting.close()
        verify.waitUntilExit()
        return verify.terminationStatus == 0
    }
}

/// Reads one request: the header up to the empty line, then as many octets as content-length says.
func readWebhook(from client: Int32) -> Webhook? {
    var received = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let emptyLine = Data("\r\n\r\n".utf8)
    while received.range(of: emptyLine) == nil {
        let count = recv(client, &buffer, buffer.count, 0)
        guard count > 0, received.count < 1 << 16 else { return nil }
        received.append(contentsOf: buffer[..<count])
    }
    guard let end = received.range(of: emptyLine) else { return nil }
    var headers: [String: String] = [:]
    for line in String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n").dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    guard let length = Int(headers["content-length"] ?? ""), length <= 100 << 20 else { return nil }
    var body = received[end.upperBound...]
    while body.count < length {
        let count = recv(client, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        body.append(contentsOf: buffer[..<count])
    }
    return Webhook(headers: headers, body: Data(body))
}

func answer(_ client: Int32, _ status: String) {
    let response = Array("HTTP/1.1 \(status)\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".utf8)
    _ = send(client, response, response.count, 0)
    close(client)
}

let port = CommandLine.arguments.count > 1 ? UInt16(CommandLine.arguments[1]) ?? 8080 : 8080
let secret = ProcessInfo.processInfo.environment["WEBHOOK_SECRET"] ?? ""
let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
var reuse: Int32 = 1
setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
var address = sockaddr_in()
address.sin_family = sa_family_t(AF_INET)
address.sin_port = port.bigEndian
address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
let bound = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
}
guard bound == 0, listen(server, 64) == 0 else { fatalError("cannot listen on port \(port)") }
print("listening on http://127.0.0.1:\(port)/")

var seen: Set<String> = []  // a real receiver keeps these in its database
while true {
    let client = accept(server, nil, nil)
    guard client >= 0 else { continue }
    guard let webhook = readWebhook(from: client) else {
        answer(client, "400 Bad Request")
        continue
    }
    guard try webhook.isGenuine(secret: secret) else {
        answer(client, "401 Unauthorized")
        continue
    }
    if seen.insert(webhook.headers["webhook-id"] ?? "").inserted,
        let event = try JSONSerialization.jsonObject(with: webhook.body) as? [String: Any],
        let message = event["data"] as? [String: Any]
    {
        print("\(message["id"] ?? ""): \(message["subject"] ?? "")")
    }
    answer(client, "204 No Content")
}
