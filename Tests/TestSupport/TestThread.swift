import Glibc

/// Runs `body` on a thread of its own: test doubles block, and must not block the pool that runs the tests.
package func startTestThread(_ body: @escaping @Sendable () -> Void) {
    let context = unsafe Unmanaged.passRetained(Start(body)).toOpaque()
    var thread = pthread_t()
    let code = unsafe pthread_create(
        &thread, nil,
        { context in
            guard let context = unsafe context else { return nil }
            unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, context)
    precondition(code == 0, "no thread for the test")
    pthread_detach(thread)
}

private final class Start: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}
