/// Which publishes are on the way and which wait for a place: a state machine without I/O.
///
/// A QoS 0 message occupies a place too, until its bytes are written: nothing else bounds what a blocked connection piles up.
struct PublishWindow<Caller: Sendable>: Sendable {
    struct Waiting: Sendable {
        let token: UInt64
        let message: MQTTMessage
        let caller: Caller
    }

    private struct Sent: Sendable {
        let token: UInt64
        /// Nil when the caller has its answer already: QoS 0, or cancelled.
        var caller: Caller?
        let time: Double
    }

    private let capacity: Int
    private var sent: [Int32: Sent] = [:]
    private var queue: [Waiting] = []
    private var head = 0

    init(capacity: Int) { self.capacity = capacity }

    var inFlight: Int { sent.count }
    var waiting: Int { queue.count - head }
    /// A new message may go out at once: there is a place, and nobody has waited longer.
    var hasPlace: Bool { sent.count < capacity && waiting == 0 }

    mutating func enqueue(_ message: MQTTMessage, token: UInt64, caller: Caller) {
        queue.append(Waiting(token: token, message: message, caller: caller))
    }

    /// The next message to send, if there is a place for one.
    mutating func dequeue() -> Waiting? {
        guard sent.count < capacity, head < queue.count else { return nil }
        let next = queue[head]
        head += 1
        if head == queue.count || head >= 256 {
            queue.removeFirst(head)
            head = 0
        }
        return next
    }

    /// Notes a message as sent. Returns the caller of one that the same packet identifier still stood for: its answer cannot
    /// be told apart any more.
    mutating func sent(id: Int32, token: UInt64, caller: Caller?, at time: Double) -> Caller? {
        sent.updateValue(Sent(token: token, caller: caller, time: time), forKey: id)?.caller
    }

    /// Frees the place of an answered message and returns its caller; nil if nobody waits for it.
    mutating func complete(id: Int32) -> Caller? { sent.removeValue(forKey: id)?.caller }

    /// Gives up on one caller. The place of a message that is out already stays taken until its answer.
    mutating func cancel(token: UInt64) -> Caller? {
        if let index = queue[head...].firstIndex(where: { $0.token == token }) { return queue.remove(at: index).caller }
        guard let id = sent.first(where: { $0.value.token == token })?.key else { return nil }
        defer { sent[id]?.caller = nil }
        return sent[id]?.caller
    }

    /// When the message that has waited longest for its answer was sent.
    var oldest: Double? { sent.values.lazy.map(\.time).min() }

    /// Empties the window at the end of a connection: callers whose message is out, and callers whose message is not.
    mutating func removeAll() -> (sent: [Caller], unsent: [Caller]) {
        let result = (sent.values.compactMap(\.caller), queue[head...].map(\.caller))
        sent = [:]
        queue = []
        head = 0
        return result
    }
}
