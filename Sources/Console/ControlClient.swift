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
        let answer = try await send(request)
        guard let decoded = try? ControlCoding.decoder().decode(View.self, from: Data(answer.body)) else {
            throw CommandError("the bridge answered something this command does not understand", .failure)
        }
        return decoded
    }

    /// The octets of the answer to `request`.
    package func octets(_ request: ControlRequest) async throws -> [UInt8] {
        try await send(request).body
    }

    private func send(_ request: ControlRequest) async throws -> ControlResponse {
        let response: ControlResponse
        switch place {
        case .inProcess(let api): response = await api.respond(to: request)
        case .socket(let path): response = try Self.send(request, over: path)
        }
        guard
            (200..<300).contains(response.status)
                || response.status == 503 && request.path.hasSuffix("/health")
        else {
            throw Self.error(of: response)
        }
        return response
    }

    private static func send(_ request: ControlRequest, over socket: String) throws -> ControlResponse {
        do {
            let answer = try LocalRequest(socket: socket).send(
                target(of: request), body: request.method == .post ? request.body : nil)
            return ControlResponse(status: answer.status, contentType: "", body: answer.body)
        } catch {
            switch error {
            case .notListening: throw CommandError("no bridge listens on \(socket)", .unavailable)
            case .broken(let words): throw CommandError("the bridge did not answer: \(words)", .unavailable)
            }
        }
    }

    private static func target(of request: ControlRequest) -> String {
        guard !request.query.isEmpty else { return request.path }
        let pairs = request.query.sorted { $0.key < $1.key }.map { "\($0.key)=\(escaped($0.value))" }
        return request.path + "?" + pairs.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func error(of response: ControlResponse) -> CommandError {
        let view = try? JSONDecoder().decode(ErrorView.self, from: Data(response.body))
        let words = view?.error ?? "the bridge answered \(response.status)"
        return CommandError(words, response.status == 503 ? .unavailable : .failure)
    }
}
