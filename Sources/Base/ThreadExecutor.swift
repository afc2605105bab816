private import Foundation

/// A thread of its own for blocking C calls (libpq, libav, SQLite, inference), usable as an actor's executor and as a task's preference.
///
/// Blocking calls on the cooperative pool starve everything else: 64 of 200 ms take 0.2 s on threads of their own and 6.4 s on
/// the pool of a two-core machine. Jobs run in order. The thread ends when the executor is released and its queue is empty.
package final class ThreadExecutor: SerialExecutor, TaskExecutor {
    private let queue: Queue

    /// - Parameters:
    ///   - name: Shown by `top -H`; at most 15 bytes are kept.
    ///   - stackSize: In bytes; what is not used costs no memory.
    package init(name: String, stackSize: Int = 1 << 20) {
        let queue = Queue()
        self.queue = queue
        NamedThread.start(name, stackSize: stackSize) { queue.drain() }
    }

    deinit { queue.close() }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.push(Work(job: job, serial: asUnownedSerialExecutor(), task: asUnownedTaskExecutor()))
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    private struct Work: Sendable {
        let job: UnownedJob
        let serial: UnownedSerialExecutor
        let task: UnownedTaskExecutor
    }

    /// `@unchecked`: `pending` and `closed` are only touched with `condition` locked.
    private final class Queue: @unchecked Sendable {
        private let condition = NSCondition()
        private var pending: [Work] = []
        private var closed = false

        func push(_ work: Work) {
            condition.lock()
            pending.append(work)
            condition.signal()
            condition.unlock()
        }

        func close() {
            condition.lock()
            closed = true
            condition.signal()
            condition.unlock()
        }

        func drain() {
            while true {
                condition.lock()
                while pending.isEmpty && !closed { condition.wait() }
                let batch = pending
                pending = []
                let done = closed && batch.isEmpty
                condition.unlock()
                if done { return }
                for work in batch { work.job.runSynchronously(isolatedTo: work.serial, taskExecutor: work.task) }
            }
        }
    }
}
