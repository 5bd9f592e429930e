import CIDN2
@_spi(_Unicode) import Swift

/// The domain of an address in the form in which domains are compared: A-labels, in lower case.
///
/// RFC 5890 §2.3.2.1.
///
/// U-labels go through libidn2 by IDNA 2008, non-transitional: `straße.example` stays apart from `strasse.example`.
/// Address literals such as `[192.0.2.1]` are kept as they are.
package struct Domain: Hashable, Sendable {
    /// The A-labels, or the address literal; in lower case.
    package let ascii: String

    /// The domain that `text` names; `nil` when its U-labels are no domain by IDNA 2008.
    package init?(_ text: String) {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            ascii = asciiLowercased(text)
        } else if let labels = aLabels(of: text) {
            ascii = asciiLowercased(labels)
        } else {
            return nil
        }
    }

    /// The U-labels, for people; labels that have no such form stay A-labels.
    package var unicode: String {
        guard ascii.contains("xn--"), let labels = uLabels(of: ascii) else { return ascii }
        return labels
    }
}

extension EmailAddress {
    /// What two addresses have in common exactly when they are one mailbox to us: the local part in NFC with A–Z in
    /// lower case, `@`, and the domain in A-labels.
    ///
    /// A domain that is none by IDNA 2008 stands as sent; it equals only itself.
    package var comparisonKey: String {
        let domain = Domain(domain)?.ascii ?? domain
        return "\(asciiLowercased(normalized(local)))@\(domain)"
    }
}

/// `text` in Unicode's normalization form C.
package func normalized(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var composed = ""
    composed.unicodeScalars.append(contentsOf: text._nfc)
    return composed
}

private func aLabels(of text: String) -> String? {
    unsafe convert(text) {
        unsafe idn2_lookup_u8($0, $1, Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue))
    }
}

private func uLabels(of text: String) -> String? {
    unsafe convert(text) { input, output in
        unsafe input.withMemoryRebound(to: CChar.self, capacity: 1) { input in
            unsafe output.withMemoryRebound(to: UnsafeMutablePointer<CChar>?.self, capacity: 1) { output in
                unsafe idn2_to_unicode_8z8z(input, output, 0)
            }
        }
    }
}

/// Runs one of libidn2's conversions, which allocates its result with `malloc`.
private func convert(
    _ text: String,
    by conversion: (UnsafePointer<UInt8>, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32
) -> String? {
    guard !text.utf8.contains(0) else { return nil }
    var output: UnsafeMutablePointer<UInt8>?
    let input = Array(text.utf8) + [0]
    // Valid for the call: `input` ends with the NUL that libidn2 looks for, and `output` is freed exactly once.
    let status = unsafe input.withUnsafeBufferPointer { buffer -> Int32 in
        guard let start = buffer.baseAddress else { return -1 }
        return unsafe conversion(start, &output)
    }
    guard status == Int32(IDN2_OK.rawValue), let result = unsafe output else { return nil }
    defer { unsafe idn2_free(result) }
    return unsafe String(decodingCString: result, as: UTF8.self)
}
