import CGSASL
import SASL

/// A client of libgsasl, for talking to our server.
@safe
final class GSASLClient {
    private let handle: OpaquePointer
    private let session: OpaquePointer
    private let properties: [Gsasl_property: String]

    init?(_ mechanism: SASLMechanism, properties: [Gsasl_property: String]) {
        var handle: OpaquePointer?
        var session: OpaquePointer?
        guard unsafe gsasl_init(&handle) == 0, let handle = unsafe handle else { return nil }
        guard unsafe gsasl_client_start(handle, mechanism.rawValue, &session) == 0,
            let session = unsafe session
        else { return nil }
        unsafe self.handle = unsafe handle
        unsafe self.session = unsafe session
        self.properties = properties
        unsafe gsasl_session_hook_set(session, Unmanaged.passUnretained(self).toOpaque())
        unsafe gsasl_callback_set(handle) { _, session, property in
            guard let hook = unsafe gsasl_session_hook_get(session) else { return -1 }
            let client = unsafe Unmanaged<GSASLClient>.fromOpaque(hook).takeUnretainedValue()
            guard let value = client.properties[property] else {
                return Int32(bitPattern: GSASL_NO_CALLBACK.rawValue)
            }
            return unsafe gsasl_property_set(session, property, value)
        }
    }

    deinit {
        unsafe gsasl_finish(session)
        unsafe gsasl_done(handle)
    }

    /// The next message to the server; nil if the client gives up.
    func step(_ challenge: [UInt8]) -> [UInt8]? {
        var output: UnsafeMutablePointer<CChar>?
        var count = 0
        let input = challenge.map(CChar.init(bitPattern:)) + [0]
        let code = unsafe gsasl_step(session, input, challenge.count, &output, &count)
        guard code == 0 || code == 1 else { return nil }
        guard let output = unsafe output else { return [] }
        defer { unsafe gsasl_free(output) }
        return unsafe UnsafeBufferPointer(start: output, count: count).map(UInt8.init(bitPattern:))
    }

    /// Talks to `exchange` to its end.
    func authenticate(with exchange: SASLExchange) -> SASLStep {
        var answer: SASLStep
        switch exchange.mechanism {
        case .login, .cramMD5: answer = exchange.step(nil)
        default: answer = step([]).map(exchange.step) ?? .failed(.rejected)
        }
        while case .challenge(let challenge) = answer {
            guard let message = step(challenge) else { return .failed(.rejected) }
            answer = exchange.step(message)
        }
        return answer
    }
}

extension Gsasl_property: @retroactive Hashable {}
