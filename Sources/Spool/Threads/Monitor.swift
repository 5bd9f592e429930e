import Glibc

/// A value behind a lock, with a bell to wait for it to change.
///
/// Mutex and condition are POSIX's: `Synchronization.Mutex` has no condition to wait on.
@safe  // Both pointers are allocated in `init`, freed in `deinit` and never leave this class.
final class Monitor<Value>: @unchecked Sendable {  // `value` is touched only under the mutex.
    private var value: Value
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let bell = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// What an attempt to take something came to.
    enum Attempt<Result> {
        /// Taken.
        case done(Result)
        /// Try again when the bell rings, or at `until`.
        case wait(until: SteadyTime?)
    }

    init(_ value: sending Value) {
        self.value = value
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(bell, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(bell)
        unsafe pthread_mutex_destroy(mutex)
        unsafe bell.deallocate()
        unsafe mutex.deallocate()
    }

    /// Reads or changes the value; no I/O and no callback inside.
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(&value)
    }

    /// Blocks the calling thread until `attempt` is done.
    func take<Result>(_ attempt: (inout Value) -> Attempt<Result>) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            switch attempt(&value) {
            case .done(let result):
                return result
            case .wait(until: nil):
                unsafe pthread_cond_wait(bell, mutex)
            case .wait(until: let time?):
                var time = time.timespec
                unsafe pthread_cond_timedwait(bell, mutex, &time)
            }
        }
    }

    /// Wakes one thread that waits in `take`.
    func ring() {
        unsafe pthread_cond_signal(bell)
    }
}
