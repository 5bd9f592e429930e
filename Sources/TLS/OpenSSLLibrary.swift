import COpenSSL

/// The OpenSSL that the process has loaded.
package enum OpenSSLLibrary {
    /// Its version, such as `3.0.17`.
    package static var versionText: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }
}
