import Foundation
import NIOCore

/// Why the operator's listeners cannot listen.
package enum AdminListenerError: Error, Equatable {
    /// The system does not let us listen at `address`, which `name` calls for.
    case cannotBind(name: String, address: String, errno: Int32)
    /// The path of the socket has more octets than the system takes.
    case pathTooLong(String)
}

extension AdminListenerError {
    /// Runs `body`, and turns the socket errors it throws into ours.
    static func translating(
        _ name: String, _ address: String, _ body: () async throws -> Void
    ) async throws {
        do {
            try await body()
        } catch let error as IOError {
            throw AdminListenerError.cannotBind(name: name, address: address, errno: error.errnoCode)
        } catch SocketAddressError.unixDomainSocketPathTooLong {
            throw AdminListenerError.pathTooLong(address)
        }
    }
}

extension AdminListenerError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    package var description: String {
        switch self {
        case .cannotBind(let name, let address, EADDRINUSE):
            "\(name) \(address): the address is in use: another program listens there; stop it, or set \(name) to another port"
        case .cannotBind(let name, let address, EADDRNOTAVAIL):
            "\(name) \(address): this machine does not have the address; set \(name) to one it has"
        case .cannotBind(let name, let address, let number):
            "\(name) \(address): cannot listen there: \(unsafe String(cString: strerror(number)))"
        case .pathTooLong(let path):
            "\(path): the system takes at most 107 octets for the path of a socket; give spool.path a shorter one"
        }
    }
}
