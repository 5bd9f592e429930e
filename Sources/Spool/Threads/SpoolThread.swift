import Glibc

/// A thread of the spool's own, under a name that `top -H` shows.
struct SpoolThread: Sendable {
    private let handle: pthread_t

    /// Starts a thread that runs `body` and ends with it.
    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        var handle = pthread_t()
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        let code = unsafe pthread_create(&handle, nil, { unsafe Start.run($0) }, start)
        precondition(code == 0, "the system gives no thread for the spool's \(name) (errno \(code))")
        self.handle = handle
    }

    /// Waits for the thread to end.
    ///
    /// Either this or `detach`, and once.
    func join() {
        _ = pthread_join(handle, nil)
    }

    /// Lets the thread end by itself.
    func detach() {
        _ = pthread_detach(handle)
    }
}

/// What a thread needs to begin; owned by the raw pointer between `pthread_create` and `run`.
private final class Start {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    static func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let pointer = unsafe pointer else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
        nameThread(start.name)
        start.body()
        return nil
    }
}

/// Names the calling thread; Swift sees neither `pthread_setname_np` nor `prctl`.
///
/// A thread without its name works as well.
private func nameThread(_ name: String) {
    let descriptor = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    let text = Array(name.utf8)
    _ = unsafe write(descriptor, text, text.count)
    _ = close(descriptor)
}
