private import CMosquitto
private import Glibc
private import Synchronization

/// Interrupts a `poll` from another thread. Many calls before the sleeper wakes cost one system call.
final class WakeUp: Sendable {
    /// Readable when somebody called `signal`.
    let descriptor: Int32
    private let pending = Atomic<Bool>(false)

    /// Throws when the process is out of descriptors.
    init() throws(MQTTError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .unreachable("no descriptor left: raise the limit of open files") }
    }

    deinit { close(descriptor) }

    func signal() {
        guard !pending.exchange(true, ordering: .sequentiallyConsistent) else { return }
        eventfd_write(descriptor, 1)
    }

    /// To be called by the sleeper before it looks for work, so that work which arrives later wakes it again.
    func clear() {
        var value: eventfd_t = 0
        eventfd_read(descriptor, &value)
        // An exchange, not a store: reading the caller's value is what makes the caller's work visible here.
        _ = pending.exchange(false, ordering: .sequentiallyConsistent)
    }
}
