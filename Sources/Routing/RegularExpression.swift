import CPCRE2

/// A compiled regular expression of PCRE2 that cannot run away: steps, depth, memory and input are limited.
///
/// Operators' patterns meet hostile text. What exceeds a limit is `.exhausted`, never a long wait.
@safe package final class RegularExpression: @unchecked Sendable {
    // @safe: `code` is private, made by `init` or never, and freed by `deinit` only. @unchecked: the compiled code is never written after `init`, and PCRE2 allows any number of threads to match
    // with it; everything that a match writes is made for that match.

    /// The longest subject, in octets.
    package static let longestSubject = 4096
    /// The most steps of a match.
    package static let mostSteps: UInt32 = 100_000
    /// The deepest backtracking.
    package static let deepest: UInt32 = 5_000
    /// The most memory for backtracking, in KiB.
    package static let mostMemory: UInt32 = 4_096

    /// The pattern as written, without slashes.
    package let pattern: String
    /// The names of the groups, in the order of their numbers.
    package let names: [String]
    private let numbers: [UInt32]
    private let code: OpaquePointer

    /// What a match came to.
    package enum Outcome: Equatable, Sendable {
        /// It matches; `groups` are the texts of the named groups that took part.
        case match(groups: [(name: String, range: Range<Int>)])
        /// It does not.
        case noMatch
        /// A limit was reached before it was known.
        case exhausted

        /// Outcomes are equal when their groups are, name by name.
        package static func == (left: Outcome, right: Outcome) -> Bool {
            switch (left, right) {
            case (.match(let left), .match(let right)): left.elementsEqual(right, by: ==)
            case (.noMatch, .noMatch), (.exhausted, .exhausted): true
            case (.match, _), (.noMatch, _), (.exhausted, _): false
            }
        }
    }

    /// Why a pattern is none.
    package struct CompileError: Error, Equatable {
        /// PCRE2's own words.
        package let reason: String
        /// Octets before the place.
        package let offset: Int
    }

    /// Compiles `pattern`; UTF-8, and without regard to case where `ignoringCase` says so.
    package init(_ pattern: String, ignoringCase: Bool) throws(CompileError) {
        self.pattern = pattern
        unsafe code = try Self.compile(Array(pattern.utf8), ignoringCase: ignoringCase)
        (names, numbers) = unsafe Self.names(of: code)
    }

    deinit {
        unsafe pcre2_code_free_8(code)
    }

    /// Whether the pattern occurs anywhere in `subject`, which must be valid UTF-8.
    package func match(_ subject: [UInt8]) -> Outcome {
        guard subject.count <= Self.longestSubject else { return .exhausted }
        guard let data = unsafe pcre2_match_data_create_from_pattern_8(code, nil),
            let context = unsafe pcre2_match_context_create_8(nil)
        else { return .exhausted }
        defer {
            unsafe pcre2_match_data_free_8(data)
            unsafe pcre2_match_context_free_8(context)
        }
        unsafe pcre2_set_match_limit_8(context, Self.mostSteps)
        unsafe pcre2_set_depth_limit_8(context, Self.deepest)
        unsafe pcre2_set_heap_limit_8(context, Self.mostMemory)
        let result = unsafe subject.withUnsafeBufferPointer { buffer in
            unsafe pcre2_match_8(code, buffer.baseAddress, buffer.count, 0, 0, data, context)
        }
        switch result {
        case PCRE2_ERROR_NOMATCH: return .noMatch
        case ..<0: return .exhausted
        default: return .match(groups: unsafe groups(in: data, subject: subject.count))
        }
    }

    /// The ranges of the named groups; PCRE2 guarantees the vector's length, the rest is checked.
    private func groups(in data: OpaquePointer, subject count: Int) -> [(name: String, range: Range<Int>)] {
        guard let vector = unsafe pcre2_get_ovector_pointer_8(data) else { return [] }
        let pairs = unsafe Int(pcre2_get_ovector_count_8(data))
        return zip(names, numbers).compactMap { name, number in
            guard number < pairs else { return nil }
            let (start, end) = unsafe (vector[Int(number) * 2], vector[Int(number) * 2 + 1])
            guard start >= 0, start <= end, end <= count else { return nil }  // PCRE2_UNSET is −1 here.
            return (name, start..<end)
        }
    }

    private static func compile(_ pattern: [UInt8], ignoringCase: Bool) throws(CompileError) -> OpaquePointer
    {
        var (error, offset): (Int32, Int) = (0, 0)
        let options = UInt32(PCRE2_UTF) | PCRE2_NEVER_BACKSLASH_C | (ignoringCase ? PCRE2_CASELESS : 0)
        let code = unsafe pattern.withUnsafeBufferPointer { buffer in
            unsafe pcre2_compile_8(buffer.baseAddress, buffer.count, options, &error, &offset, nil)
        }
        guard let code = unsafe code else { throw CompileError(reason: message(for: error), offset: offset) }
        return unsafe code
    }

    private static func message(for error: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let length = unsafe pcre2_get_error_message_8(error, &text, text.count)
        return String(decoding: text.prefix(max(0, Int(length))), as: UTF8.self)
    }

    /// Reads PCRE2's name table: entries of equal size, two octets of group number, then the name and a NUL.
    private static func names(of code: OpaquePointer) -> ([String], [UInt32]) {
        var (count, size): (UInt32, UInt32) = (0, 0)
        var table: UnsafePointer<UInt8>?
        unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
        unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let start = unsafe table else { return ([], []) }
        let entries = (0..<Int(count)).map { index -> (UInt32, String) in
            let entry = unsafe start + index * Int(size)
            let number = unsafe UInt32(entry[0]) << 8 | UInt32(entry[1])
            return (number, unsafe String(cString: entry + 2))
        }
        let sorted = entries.sorted { $0.0 < $1.0 }
        return (sorted.map(\.1), sorted.map(\.0))
    }
}
