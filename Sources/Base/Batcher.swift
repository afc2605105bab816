private import Synchronization

/// A bounded queue whose one consumer takes all that has gathered: while a transaction runs, the next one fills.
///
/// What finds no room is refused and counted; the producer decides what that means.
package final class Batcher<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiter: CheckedContinuation<Void, Never>?
        var finished = false
        var refused = 0
    }

    private let state = Mutex(State())
    private let bound: Int

    package init(bound: Int) { self.bound = bound }

    /// How many elements found no room so far.
    package var refused: Int { state.withLock { $0.refused } }

    /// How many elements wait.
    package var count: Int { state.withLock { $0.elements.count } }

    /// Returns false, and counts, when there is no room.
    @discardableResult
    package func put(_ element: Element) -> Bool {
        let (accepted, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard state.elements.count < bound, !state.finished else {
                state.refused += 1
                return (false, nil)
            }
            state.elements.append(element)
            return (true, state.waiter.take())
        }
        waiter?.resume()
        return accepted
    }

    /// Ends the queue: a waiting consumer gets what is there, later ones nothing.
    package func finish() {
        let waiter = state.withLock { state in
            state.finished = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Waits for elements and takes up to `limit`; empty only once the queue is finished or the task cancelled.
    package func take(atMost limit: Int) async -> [Element] {
        while !Task.isCancelled {
            let taken = state.withLock { state -> [Element]? in
                if state.elements.isEmpty { return state.finished ? [] : nil }
                let batch = Array(state.elements.prefix(limit))
                state.elements.removeFirst(batch.count)
                return batch
            }
            if let taken { return taken }
            await waitForMore()
        }
        return []
    }

    /// As `take(atMost:)`, but empty too when nothing came for `seconds`.
    package func take(atMost limit: Int, within seconds: Double) async -> [Element] {
        if count == 0 {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.waitForMore() }
                group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
                await group.next()
                group.cancelAll()
            }
        }
        return state.withLock { state in
            let batch = Array(state.elements.prefix(limit))
            state.elements.removeFirst(batch.count)
            return batch
        }
    }

    /// Returns when there is an element, the queue is finished or the task cancelled. One consumer only.
    private func waitForMore() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let ready = state.withLock { state -> Bool in
                    if !state.elements.isEmpty || state.finished || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiter.take() }
            waiter?.resume()
        }
    }
}
