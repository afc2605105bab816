private import Foundation

/// A thread of its own with a name that `top -H` shows.
package enum NamedThread {
    /// Starts a thread that ends when `body` returns.
    /// - Parameters:
    ///   - name: At most 15 bytes are kept, the kernel's own limit.
    ///   - stackSize: In bytes.
    package static func start(_ name: String, stackSize: Int, _ body: @escaping @Sendable () -> Void) {
        let short = String(name.utf8.prefix(15)) ?? "vigilar"
        let thread = Thread {
            // Told to the kernel by the thread itself: Foundation's own name for a thread does not always get there on Linux.
            try? FileHandle(forWritingAtPath: "/proc/thread-self/comm")?.write(contentsOf: Data(short.utf8))
            body()
        }
        thread.stackSize = stackSize
        thread.start()
    }
}
