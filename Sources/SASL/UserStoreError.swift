import Glibc

/// Why the user file cannot be read or changed.
///
/// The description is for the operator.
package enum UserStoreError: Error, Equatable {
    /// The file cannot be read; `errno` says why.
    case unreadable(file: String, errno: Int32)
    /// The file cannot be written; `errno` says why.
    case unwritable(file: String, errno: Int32)
    /// Line `line` is not what docs/authentication-users.md describes.
    case badLine(file: String, line: Int, fault: LineFault)
    /// There is no such user.
    case unknownUser(name: String)
    /// A name has 1 to 255 octets, no colon, white space or control, and begins with neither `#` nor `!`.
    case badName(name: String)
    /// A password is not empty and has nothing that RFC 4013 forbids.
    case badPassword

    /// What is wrong with a line.
    package enum LineFault: Error, Equatable {
        /// There is no colon between a name and its credentials.
        case noColon
        /// The name is not one `users add` would take.
        case badName
        /// The user stands in an earlier line too.
        case repeatedName
        /// There is no credential, or one without a scheme in braces.
        case noScheme
        /// A scheme that is none of ours.
        case unknownScheme
        /// The parts behind the scheme are damaged.
        case damagedCredential
        /// It is not UTF-8.
        case notText
    }
}

extension UserStoreError: CustomStringConvertible {
    /// What is wrong, and what helps.
    package var description: String {
        switch self {
        case .unreadable(let file, let errno):
            "\(file): cannot be read: \(systemText(errno))"
        case .unwritable(let file, let errno):
            "\(file): cannot be written: \(systemText(errno))"
        case .badLine(let file, let line, let fault):
            "\(file):\(line): error: \(fault)"
        case .unknownUser(let name):
            "there is no user \(name)"
        case .badName(let name):
            "\(name.debugDescription) cannot be a user's name: 1 to 255 octets without colon, white space or controls, "
                + "beginning with neither # nor !"
        case .badPassword:
            "a password may be neither empty nor hold controls or other characters that RFC 4013 forbids"
        }
    }

    private func systemText(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}

extension UserStoreError.LineFault: CustomStringConvertible {
    /// The fault in words.
    package var description: String {
        switch self {
        case .noColon: "expected NAME:CREDENTIAL"
        case .badName: "that cannot be a user's name"
        case .repeatedName: "this user stands in an earlier line too"
        case .noScheme: "expected a credential such as {SCRAM-SHA-256}…; make one with: transom users add"
        case .unknownScheme:
            "unknown scheme; known are {SCRAM-SHA-256}, {SCRAM-SHA-1}, {PLAIN} and {PLAIN.b64}"
        case .damagedCredential: "the credential is damaged"
        case .notText: "the line is not UTF-8"
        }
    }
}
