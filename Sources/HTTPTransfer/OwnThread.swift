import CCurl
import Glibc

/// Starts a thread that runs `body` and ends with it; `name` (at most 15 octets) is what `top` shows.
package func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    let start = ThreadStart(name: name, body: body)
    var thread = pthread_t()
    // Ownership passes to the thread, which takes it back with `takeRetainedValue`.
    let context = unsafe Unmanaged.passRetained(start).toOpaque()
    let code = unsafe pthread_create(
        &thread, nil,
        { context in
            guard let context = unsafe context else { return nil }
            unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, context)
    precondition(code == 0, "the system refuses a thread at start")
    pthread_detach(thread)
}

private final class ThreadStart: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        unsafe thread_set_name(name)
        body()
    }
}
