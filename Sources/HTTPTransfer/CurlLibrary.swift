import CCurl
import Glibc

/// The libcurl of this process.
package enum CurlLibrary {
    /// Its version as `0xMMmmpp`.
    package static let version: UInt32 = unsafe information.pointee.version_num

    /// Its version as text.
    package static let versionText: String = unsafe String(cString: information.pointee.version)

    /// The bundle of certificates it was built with; where there is none, Debian's.
    static let caBundle: String = {
        guard let path = unsafe information.pointee.cainfo else {
            return "/etc/ssl/certs/ca-certificates.crt"
        }
        return unsafe String(cString: path)
    }()

    /// `CURLOPT_HTTP_VERSION` for a libcurl of `version`: before 8.2.1 its HTTP/2 reports broken answers as whole
    /// ones and spins while a receiver stalls.
    package static func httpVersion(for version: UInt32) -> Int {
        version >= 0x08_02_01 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
    }

    /// Makes the library ready, once a process; also leaves SIGPIPE to the return values of `write`.
    static let isReady: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    }()

    // Points at libcurl's own static data, which is written once, before it is returned.
    private static nonisolated(unsafe) let information: UnsafePointer<curl_version_info_data> = {
        guard let information = unsafe curl_library_information() else {
            preconditionFailure("libcurl has no version")
        }
        return unsafe information
    }()
}
