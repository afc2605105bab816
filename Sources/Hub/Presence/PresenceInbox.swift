import Base
import Synchronization

/// What waits for the leader. While another replica leads nothing is kept.
final class PresenceInbox: Sendable {
    private struct State {
        var queue: Batcher<PresenceArrival>?
        /// Messages that found no room, over all leaderships.
        var refused = 0
    }

    /// A hub with a thousand nodes gets a hundred messages a second; what happens to the connection always finds room beside them.
    private static let messages = 8192
    private static let bound = messages + 1024

    private let state = Mutex(State())

    var isOpen: Bool { state.withLock { $0.queue != nil } }
    var refused: Int { state.withLock { $0.refused } }

    /// A leadership begins, with nothing of an earlier one.
    func open() { state.withLock { $0.queue = Batcher(bound: Self.bound) } }

    func close() { state.withLock { $0.queue = nil } }

    func put(_ arrival: PresenceArrival) {
        state.withLock { state in
            guard let queue = state.queue else { return }
            switch arrival.input {
            case .health, .state:
                if queue.count >= Self.messages { state.refused += 1 } else { queue.put(arrival) }
            default: queue.put(arrival)
            }
        }
    }

    /// Everything that waits, or nothing after `seconds` without.
    func take(within seconds: Double) async -> [PresenceArrival] {
        guard let queue = state.withLock({ $0.queue }) else { return [] }
        return await queue.take(atMost: Self.bound, within: seconds)
    }
}
