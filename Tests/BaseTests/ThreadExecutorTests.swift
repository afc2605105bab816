import Base
import Foundation
import Testing

@Suite("ThreadExecutor")
struct ThreadExecutorTests {
    actor Worker {
        let executor = ThreadExecutor(name: "worker")
        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
        private(set) var order: [Int] = []

        func note(_ number: Int) -> String {
            order.append(number)
            return Self.threadName()
        }

        /// As the kernel has it.
        private static func threadName() -> String {
            (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8))?.trimmingCharacters(in: .newlines) ?? ""
        }
    }

    @Test("runs an actor's jobs on its own thread")
    func actorThread() async {
        let worker = Worker()
        #expect(await worker.note(1) == "worker")
        #expect(await worker.note(2) == "worker")
        #expect(await worker.order == [1, 2])
    }

    @Test("lets blocking calls of different executors pass each other")
    func parallel() async {
        let gate = DispatchSemaphore(value: 0)
        let first = ThreadExecutor(name: "first")
        let second = ThreadExecutor(name: "second")
        async let blocked: Void = Task(executorPreference: first) { Self.wait(gate) }.value
        // Ends only if the second is not held up by the first.
        await Task(executorPreference: second) { _ = gate.signal() }.value
        await blocked
    }

    private nonisolated static func wait(_ gate: DispatchSemaphore) { gate.wait() }
}
