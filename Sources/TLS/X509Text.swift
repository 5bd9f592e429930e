import COpenSSL

/// Texts from certificates.
///
/// Whoever made the certificate chose them, so texts with NUL inside are left out.
enum X509Text {
    /// The subject as RFC 2253 writes it: controls and non-ASCII escaped.
    static func subject(of certificate: OpaquePointer) -> String {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free(memory) }
        guard unsafe transom_X509_NAME_print(memory, X509_get_subject_name(certificate)) >= 0 else {
            return ""
        }
        var octets = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(memory))
        let count = unsafe BIO_read(memory, &octets, Int32(clamping: octets.count))
        return String(decoding: octets.prefix(Int(max(0, count))), as: UTF8.self)
    }

    /// The last common name of the subject, which is the most specific one.
    static func commonName(of certificate: OpaquePointer) -> String? {
        let subject = unsafe X509_get_subject_name(certificate)
        var last: Int32 = -1
        while true {
            let next = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, last)
            guard next >= 0 else { break }
            last = next
        }
        guard last >= 0, let entry = unsafe X509_NAME_get_entry(subject, last) else { return nil }
        return unsafe text(X509_NAME_ENTRY_get_data(entry))
    }

    /// The subject's alternative names of one kind (`GEN_EMAIL`, `GEN_DNS`), in order.
    static func alternativeNames(of certificate: OpaquePointer, kind: Int32) -> [String] {
        guard let names = unsafe transom_subject_alternative_names(certificate) else { return [] }
        defer { unsafe GENERAL_NAMES_free(names) }
        return unsafe (0..<transom_general_names_count(names)).compactMap { index in
            unsafe text(transom_general_name(names, index, kind))
        }
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
        guard let string = unsafe string else { return nil }
        var converted: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&converted, string)
        guard count >= 0, let converted = unsafe converted else { return nil }
        defer { unsafe CRYPTO_free(converted, #fileID, Int32(#line)) }
        let octets = unsafe UnsafeBufferPointer(start: converted, count: Int(count))
        guard !octets.isEmpty, unsafe !octets.contains(0) else { return nil }
        return unsafe String(validating: octets, as: UTF8.self)
    }
}
