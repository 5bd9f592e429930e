import Glibc

/// The pages of code that the start has touched.
///
/// Reading the configuration, migrating the spool and Swift's own search for conformances run through most of the
/// binary and of the libraries once, and the kernel counts all of that as memory of the process for good. Those pages
/// are the files' own and unchanged, so they can be let go at any time: what runs again is mapped again from the page
/// cache, at the price of a soft fault for every 64 KiB.
enum CodePages {
    /// Lets go of all of them: an idle bridge then has 20 MB instead of 49.
    ///
    /// Mappings that are executable are never written to (no library of ours has text relocations), so nothing is
    /// lost. Where `/proc` is missing, nothing happens.
    static func release() {
        for range in executableFiles(in: contents(of: "/proc/self/maps")) {
            guard let start = unsafe UnsafeMutableRawPointer(bitPattern: range.lowerBound) else { continue }
            _ = unsafe madvise(start, range.count, MADV_DONTNEED)
        }
    }

    /// The ranges of memory that `maps`, written as proc(5) says, calls executable, private, not writable and a file's.
    static func executableFiles(in maps: String) -> [Range<UInt>] {
        maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            guard fields.count == 6, fields[1] == "r-xp", fields[4] != "0" else { return nil }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { return nil }
            return ends[0]..<ends[1]
        }
    }

    private static func contents(of path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var (octets, window) = ([UInt8](), [UInt8](repeating: 0, count: 16 << 10))
        while true {
            let count = unsafe read(descriptor, &window, window.count)
            guard count > 0 else { return String(decoding: octets, as: UTF8.self) }
            octets += window[..<count]
        }
    }
}
