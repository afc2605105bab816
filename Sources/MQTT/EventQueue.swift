private import Synchronization

/// The queue behind `MQTTClient.events`: messages are bounded in number and bytes, connection events always find room.
///
/// `AsyncStream`'s own buffer would drop a `connected` event as readily as a message, and counts no bytes.
final class EventQueue: Sendable {
    private struct State {
        var waiting: [MQTTEvent?] = []
        var head = 0
        var messages = 0
        var bytes = 0
        var connectionEvents = 0
        var dropped = 0
        var finished = false
        var reader: CheckedContinuation<MQTTEvent?, Never>?
    }

    /// Connection events of which the reader has seen none: older ones say nothing that the newest do not.
    private static let connectionEventBound = 64

    private let state = Mutex(State())
    private let messageBound: Int
    private let byteBound: Int

    init(messageBound: Int, byteBound: Int) {
        self.messageBound = messageBound
        self.byteBound = byteBound
    }

    /// Messages that found no room so far.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Appends in order, drops what finds no room, and wakes the reader.
    func append(_ events: [MQTTEvent]) {
        let woken: (CheckedContinuation<MQTTEvent?, Never>, MQTTEvent)? = state.withLock { state in
            guard !state.finished else { return nil }
            for event in events { append(event, to: &state) }
            guard let reader = state.reader, let event = Self.take(from: &state) else { return nil }
            state.reader = nil
            return (reader, event)
        }
        if let (reader, event) = woken { reader.resume(returning: event) }
    }

    /// The next event; nil after `finish` and the last event, or when the task is cancelled.
    func next() async -> MQTTEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now: MQTTEvent?? = state.withLock { state in
                    if let event = Self.take(from: &state) { return event }
                    if state.finished || Task.isCancelled || state.reader != nil { return .some(nil) }
                    state.reader = continuation
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }

    func finish() {
        let reader = state.withLock { state in
            state.finished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    private func append(_ event: MQTTEvent, to state: inout State) {
        if case .message(let message) = event {
            let size = message.footprint
            guard state.messages < messageBound, state.bytes + size <= byteBound else {
                state.dropped += 1
                return
            }
            state.messages += 1
            state.bytes += size
        } else {
            if state.connectionEvents >= Self.connectionEventBound {
                let oldest = state.waiting[state.head...].firstIndex { if case .some(.message) = $0 { false } else { true } }
                if let oldest {
                    state.waiting.remove(at: oldest)
                    state.connectionEvents -= 1
                }
            }
            state.connectionEvents += 1
        }
        state.waiting.append(event)
    }

    private static func take(from state: inout State) -> MQTTEvent? {
        guard state.head < state.waiting.count, let event = state.waiting[state.head] else { return nil }
        state.waiting[state.head] = nil
        state.head += 1
        if state.head == state.waiting.count {
            state.waiting.removeAll(keepingCapacity: state.head < 4096)
            state.head = 0
        } else if state.head >= 1024, state.head * 2 >= state.waiting.count {
            state.waiting.removeFirst(state.head)
            state.head = 0
        }
        if case .message(let message) = event {
            state.messages -= 1
            state.bytes -= message.footprint
        } else {
            state.connectionEvents -= 1
        }
        return event
    }
}
