package import Admin
import Foundation
import HTTPTransfer
import Mail
import Spool

/// How a command reaches the operator's API: over the socket of the bridge that runs, or on the spool itself, which
/// the command then opens under its lock.
package struct ControlClient: Sendable {
    private let place: Place

    private enum Place: Sendable {
        /// A bridge listens on this socket.
        case socket(String)
        /// No bridge runs: this process holds the spool.
        case inProcess(ControlAPI)
    }

    /// Asks the bridge that listens on `socket`.
    package init(socket: String) {
        place = .socket(socket)
    }

    /// Asks `api` in this process.
    package init(_ api: ControlAPI) {
        place = .inProcess(api)
    }

    /// The answer to `request` as its view; an error of the API is a `CommandError` with its words.
    package func ask<View: Decodable>(_ request: ControlRequest, for view: View.Type = View.self) async throws
        -> View
    {
        try Self.view(View.self, in: await octets(request))
    }

    /// The view that an answer holds.
    static func view<View: Decodable>(_: View.Type, in octets: [UInt8]) throws -> View {
        guard let decoded = try? ControlCoding.decoder().decode(View.self, from: Data(octets)) else {
            throw CommandError("the bridge answered something this command does not understand", .failure)
        }
        return decoded
    }

    /// The octets of the answer to `request`.
    package func octets(_ request: ControlRequest) async throws -> [UInt8] {
        var octets: [UInt8] = []
        try await copy(request) { octets += $0 }
        return octets
    }

    /// Gives the answer to `request` to `sink`, piece by piece; an error of the API is a `CommandError` with its words.
    package func copy(_ request: ControlRequest, to sink: ([UInt8]) throws -> Void) async throws {
        switch place {
        case .inProcess(let api):
            let response = await api.respond(to: request)
            switch response.body {
            case .octets(let octets):
                try Self.check(response.status, octets, request)
                try sink(octets)
            case .message(let message):
                var pieces = message.pieces
                while let piece = try pieces.next() { try sink(piece) }
            }
        case .socket(let path):
            let answer = try Self.send(request, over: path, sink)
            try Self.check(answer.status, answer.body, request)
            if !answer.body.isEmpty { try sink(answer.body) }
        }
    }

    private static func check(_ status: Int, _ body: [UInt8], _ request: ControlRequest) throws {
        if (200..<300).contains(status) || status == 503 && request.path.hasSuffix("/health") { return }
        throw error(status, body)
    }

    private static func send(
        _ request: ControlRequest, over socket: String, _ sink: ([UInt8]) throws -> Void
    ) throws -> LocalRequest.Answer {
        do {
            return try LocalRequest(socket: socket).send(
                target(of: request), body: request.method == .post ? request.body : nil, sink: sink)
        } catch let failure as LocalRequest.Failure {
            switch failure {
            case .notListening: throw CommandError("no bridge listens on \(socket)", .unavailable)
            case .broken(let words): throw CommandError("the bridge did not answer: \(words)", .unavailable)
            }
        }
    }

    private static func target(of request: ControlRequest) -> String {
        let path = request.path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
        guard !request.query.isEmpty else { return path }
        let pairs = request.query.sorted { $0.key < $1.key }.map { "\($0.key)=\(escaped($0.value))" }
        return path + "?" + pairs.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func error(_ status: Int, _ body: [UInt8]) -> CommandError {
        let view = try? JSONDecoder().decode(ErrorView.self, from: Data(body))
        let words = view?.error ?? "the bridge answered \(status)"
        return CommandError(words, status == 503 ? .unavailable : .failure)
    }
}
