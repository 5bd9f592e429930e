internal import Glibc
internal import Synchronization

/// A conversion descriptor of glibc's iconv, from one coding to UTF-8.
///
/// Opening one costs far more than decoding a header, so a few of each coding are kept when they are no
/// longer used. Not `Sendable`: a descriptor has the shift state of one text.
final class IconvConverter {
    /// How far a conversion got.
    enum Outcome: Equatable {
        /// All octets were taken.
        case complete
        /// The octets from `at` on are the beginning of a character.
        case incomplete(at: Int)
        /// The octet at `at` begins nothing that has a meaning.
        case invalid(at: Int)
    }

    private let name: String
    private let descriptor: Descriptor

    /// A converter from iconv's coding `name`, in its initial state; `nil` when the C library does not have
    /// it.
    init?(from name: String) {
        guard let descriptor = DescriptorPool.shared.take(name) else { return nil }
        self.name = name
        self.descriptor = descriptor
    }

    deinit {
        reset()
        DescriptorPool.shared.give(descriptor, for: name)
    }

    /// Appends the text of `octets` to `output`, up to the first octet that cannot be decoded.
    func convert(_ octets: Span<UInt8>, into output: inout [UInt8]) -> Outcome {
        // Safe: iconv reads only the octets of the span, does not write to them and keeps no pointer to them.
        unsafe octets.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return .complete }
            var source: UnsafeMutablePointer<CChar>? = unsafe UnsafeMutableRawPointer(mutating: base)
                .assumingMemoryBound(to: CChar.self)
            var left = buffer.count
            while true {
                let error = unsafe step(&source, &left, into: &output)
                let place = buffer.count - left
                switch error {
                case 0: return .complete
                case E2BIG: continue
                case EINVAL: return .incomplete(at: place)
                default: return .invalid(at: place)
                }
            }
        }
    }

    /// Appends what the coding held back waiting for a combining character.
    func flush(into output: inout [UInt8]) {
        var source: UnsafeMutablePointer<CChar>? = nil
        var left = 0
        // Safe: without a source iconv only writes what it holds back.
        _ = unsafe step(&source, &left, into: &output)
    }

    /// Returns to the initial shift state, dropping what was held back.
    func reset() {
        // Safe: without any buffer iconv only resets its state.
        _ = unsafe iconv(descriptor.handle, nil, nil, nil, nil)
    }

    private static let room = 1024

    /// One call of iconv; answers its `errno`, 0 when all was taken.
    private func step(
        _ source: inout UnsafeMutablePointer<CChar>?, _ left: inout Int, into output: inout [UInt8]
    ) -> Int32 {
        // Safe: iconv writes at most `free` octets into the stack buffer, which lives as long as the closure.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.room) { scratch in
            var target = scratch.baseAddress
            var free = scratch.count
            let result = unsafe iconv(descriptor.handle, &source, &left, &target, &free)
            let error = result == -1 ? errno : 0
            let written = unsafe UnsafeRawBufferPointer(
                start: scratch.baseAddress, count: scratch.count - free)
            unsafe output.append(contentsOf: written)
            return error
        }
    }
}

/// One open descriptor; closed when nobody has it any more.
///
/// Safe: nobody else sees the handle, and a descriptor is only ever used by the one converter that took it
/// out of the pool.
@safe private final class Descriptor: @unchecked Sendable {
    /// What `iconv_open` gave.
    let handle: iconv_t

    init?(from name: String) {
        // Safe: `iconv_open` reads two C strings; its failure value is the pointer -1.
        guard let opened = unsafe iconv_open("UTF-8", name), Int(bitPattern: opened) != -1 else { return nil }
        unsafe handle = opened
    }

    deinit {
        // Safe: the handle is open and nobody else has it.
        _ = unsafe iconv_close(handle)
    }
}

/// The descriptors that wait to be used again.
private struct DescriptorPool: ~Copyable, Sendable {
    static let shared = DescriptorPool()
    /// Most descriptors that wait.
    private static let limit = 32

    private let waiting = Mutex<[(name: String, descriptor: Descriptor)]>([])

    func take(_ name: String) -> Descriptor? {
        let found = waiting.withLock { waiting -> Descriptor? in
            guard let index = waiting.lastIndex(where: { $0.name == name }) else { return nil }
            return waiting.remove(at: index).descriptor
        }
        return found ?? Descriptor(from: name)
    }

    func give(_ descriptor: Descriptor, for name: String) {
        waiting.withLock { waiting in
            if waiting.count == Self.limit { waiting.removeFirst() }
            waiting.append((name, descriptor))
        }
    }
}
