private import Synchronization

/// What waits for one reader that may be slow, in groups that can be understood only from their first element on: pictures behind a
/// keyframe. It never waits for the reader: whoever is too far behind goes on at the newest group, and what lies before it is dropped and
/// counted. Several streams can share one reader, each in a lane of its own: none loses anything because of another.
///
/// One task reads, anybody sends.
package final class GroupBacklog<Element: Sendable>: Sendable {
    /// What an element is to those behind it.
    package enum Role: Sendable {
        /// The first of a group.
        case opening
        /// Of no use without those before it in its group.
        case following
        /// For itself; kept whatever is dropped, as long as it fits by itself.
        case kept
    }

    private struct Item {
        var element: Element
        var lane: Int
        var role: Role
        var bytes: Int
        var at: Double
    }

    private struct Lane {
        var bytes = 0
        var needsOpening = true
    }

    private struct State {
        var items: [Item] = []
        var lanes: [Int: Lane] = [:]
        var isFinished = false
        var dropped = 0
        var reader: CheckedContinuation<Void, Never>?
    }

    private let byteLimit: Int
    private let lag: Double
    private let onDropped: @Sendable (Int) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - byteLimit: Bytes that may wait in a lane: make it the largest group and some more.
    ///   - lag: Seconds that the reader may be behind when a new group begins, without being taken to it.
    ///   - onDropped: Told how many elements were dropped at once, by whoever sends.
    package init(byteLimit: Int, lag: Double, onDropped: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.byteLimit = byteLimit
        self.lag = lag
        self.onDropped = onDropped
    }

    /// Elements that were dropped.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Elements that wait.
    package var count: Int { state.withLock { $0.items.count } }

    /// - Parameters:
    ///   - bytes: That it takes.
    ///   - uptime: Seconds, from any start.
    package func send(_ element: Element, _ role: Role, lane number: Int = 0, bytes: Int, at uptime: Double) {
        let (reader, dropped) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Int) in
            guard !state.isFinished else { return (nil, 0) }
            let before = state.dropped
            guard add(Item(element: element, lane: number, role: role, bytes: bytes, at: uptime), to: &state) else {
                state.dropped += 1
                return (nil, state.dropped - before)
            }
            defer { state.reader = nil }
            return (state.reader, state.dropped - before)
        }
        if dropped > 0 { onDropped(dropped) }
        reader?.resume()
    }

    /// - Returns: Whether there is room for it, and use.
    private func add(_ item: Item, to state: inout State) -> Bool {
        var lane = state.lanes[item.lane] ?? Lane()
        defer { state.lanes[item.lane] = lane }
        if item.role == .opening {
            lane.needsOpening = false
            let oldest = state.items.first { $0.lane == item.lane && $0.role != .kept }
            if let oldest, item.at - oldest.at > lag { lane.bytes -= drop(item.lane, of: &state) }
        }
        if item.role == .following, lane.needsOpening { return false }
        if item.role == .kept, lane.bytes + item.bytes > byteLimit {
            lane.bytes -= drop(item.lane, of: &state, isAll: true)
            lane.needsOpening = true
            if item.bytes > byteLimit { return false }
        }
        if item.role != .kept, lane.bytes + item.bytes > byteLimit {
            lane.bytes -= drop(item.lane, of: &state)
            lane.needsOpening = item.role == .following || item.bytes > byteLimit
            if lane.needsOpening { return false }
        }
        state.items.append(item)
        lane.bytes += item.bytes
        return true
    }

    /// The next group, whenever it begins, is the first that is of use again: something is missing before it.
    package func interrupt(lane: Int = 0) { state.withLock { $0.lanes[lane, default: Lane()].needsOpening = true } }

    /// What waits can still be read; nothing more comes.
    package func finish() {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// Everything that waits, once there is something; nil at the end, and when the task is cancelled.
    package func next() async -> [Element]? {
        while !Task.isCancelled {
            let (found, isFinished) = state.withLock { state -> ([Element], Bool) in
                defer {
                    state.items.removeAll(keepingCapacity: true)
                    for number in state.lanes.keys { state.lanes[number]?.bytes = 0 }
                }
                return (state.items.map(\.element), state.isFinished)
            }
            if !found.isEmpty { return found }
            if isFinished { return nil }
            await wait()
        }
        return nil
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isFinished || !state.items.isEmpty || Task.isCancelled { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume()
        }
    }

    /// - Returns: Bytes that were dropped.
    private func drop(_ lane: Int, of state: inout State, isAll: Bool = false) -> Int {
        func goes(_ item: Item) -> Bool { item.lane == lane && (isAll || item.role != .kept) }
        let dropped = state.items.filter(goes)
        state.items.removeAll(where: goes)
        state.dropped += dropped.count
        return dropped.reduce(0) { $0 + $1.bytes }
    }
}
