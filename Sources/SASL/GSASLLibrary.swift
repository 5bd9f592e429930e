import CGSASL

/// One handle of libgsasl, from which sessions are made.
///
/// `@safe` and `@unchecked Sendable`: the handle is set up in `init` and only read by the sessions made from it, on
/// whatever thread; it is freed in `deinit`, and every session keeps it alive.
@safe
final class GSASLLibrary: @unchecked Sendable {
    private let handle: OpaquePointer

    init() throws(SASLError) {
        var made: OpaquePointer?
        let code = unsafe gsasl_init(&made)
        guard code == success, let handle = unsafe made else { throw .library(code: code) }
        unsafe self.handle = unsafe handle
        unsafe gsasl_callback_set(handle) { _, session, property in
            unsafe SASLDialogue.of(session).answer(property)
        }
    }

    deinit {
        unsafe gsasl_done(handle)
    }

    /// A new server session; nil where the library does not have the mechanism.
    ///
    /// The caller owns it.
    func makeSession(_ mechanism: SASLMechanism) -> OpaquePointer? {
        var session: OpaquePointer?
        guard unsafe gsasl_server_start(handle, mechanism.rawValue, &session) == success else { return nil }
        return unsafe session
    }

    /// Whether the library was built with `mechanism`.
    func has(_ mechanism: SASLMechanism) -> Bool {
        unsafe gsasl_server_support_p(handle, mechanism.rawValue) == 1
    }
}

/// What libgsasl returns on success.
let success = Int32(bitPattern: GSASL_OK.rawValue)

extension SASLFailure {
    /// Whose fault an error of libgsasl is.
    init(code: Int32) {
        switch Gsasl_rc(rawValue: UInt32(bitPattern: code)) {
        case GSASL_MECHANISM_PARSE_ERROR, GSASL_BASE64_ERROR, GSASL_SASLPREP_ERROR:
            self = .malformed
        case GSASL_MALLOC_ERROR, GSASL_CRYPTO_ERROR, GSASL_GSSAPI_ACQUIRE_CRED_ERROR,
            GSASL_GSSAPI_IMPORT_NAME_ERROR:
            self = .unavailable
        default:
            self = .rejected
        }
    }
}

/// RFC 4013: how names and passwords are made comparable.
enum SASLPrep {
    /// `text` as it is stored; nil where it holds what may not be in a name or password.
    static func stored(_ text: String) -> String? {
        prepare(text, flags: Gsasl_saslprep_flags(rawValue: 0))
    }

    /// `text` as it is looked up: characters younger than the tables pass.
    static func query(_ text: String) -> String? {
        prepare(text, flags: GSASL_ALLOW_UNASSIGNED)
    }

    private static func prepare(_ text: String, flags: Gsasl_saslprep_flags) -> String? {
        guard !text.utf8.contains(0) else { return nil }
        var prepared: UnsafeMutablePointer<CChar>?
        guard unsafe gsasl_saslprep(text, flags, &prepared, nil) == success, let prepared = unsafe prepared
        else {
            return nil
        }
        defer { unsafe gsasl_free(prepared) }
        return unsafe String(cString: prepared)
    }
}
