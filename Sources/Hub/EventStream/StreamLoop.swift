import NIOCore
private import Synchronization

/// The subscribers of one event loop. Events reach all of them in one hop, and those of one audience share one buffer.
///
/// A quiet stream gets its event at once; after a write the next one waits for `window`, so that under load several events share one
/// system call, which is what a delivery costs.
///
/// `@unchecked Sendable`: all that is mutable is touched on `eventLoop` only, but for `inbox`, which has its lock.
final class StreamLoop: @unchecked Sendable {
    /// What happened, for the metrics. Called on the event loop.
    struct Observer: Sendable {
        var delivered: @Sendable (Int) -> Void
        var dropped: @Sendable (Int) -> Void
    }

    private enum Item {
        case frame(StreamFrame)
        case restart(Int64)
    }

    private struct Inbox {
        var items: [Item] = []
        var bytes = 0
        var isScheduled = false
        /// More came than the loop could take: its subscribers are dropped and resume by themselves.
        var overflowed = false
    }

    /// How long the events of a busy stream are gathered.
    static let window = TimeAmount.milliseconds(30)
    private static let inboxLimit = 16 << 20
    private static let keepaliveInterval = TimeAmount.seconds(15)

    let eventLoop: any EventLoop
    private let observer: Observer
    private let inbox = Mutex(Inbox())
    private var members: [ObjectIdentifier: StreamSubscriber] = [:]
    private var live: [StreamAudience: [StreamSubscriber]] = [:]
    private var delivered: Int64
    private var lastFlush = NIODeadline.uptimeNanoseconds(0)
    private var keepalive: RepeatedTask?

    /// - Parameter head: Everything above this cursor will be given to `send`.
    init(eventLoop: any EventLoop, head: Int64, observer: Observer) {
        self.eventLoop = eventLoop
        delivered = head
        self.observer = observer
    }

    // MARK: From any thread

    /// Hands frames on, in the order of their cursors.
    func send(_ frames: [StreamFrame]) {
        post { inbox in
            for frame in frames {
                inbox.items.append(.frame(frame))
                inbox.bytes += frame.size
            }
        }
    }

    /// Tells every subscriber to start anew from `cursor`.
    func restart(at cursor: Int64) {
        post { $0.items.append(.restart(cursor)) }
    }

    private func post(_ change: (inout Inbox) -> Void) {
        let wake = inbox.withLock { inbox in
            change(&inbox)
            if inbox.bytes > Self.inboxLimit {
                inbox.overflowed = true
                inbox.items.removeAll { if case .frame = $0 { true } else { false } }
                inbox.bytes = 0
            }
            defer { inbox.isScheduled = true }
            return !inbox.isScheduled
        }
        if wake { eventLoop.execute { self.wake() } }
    }

    // MARK: On the event loop

    /// Sessions of the open streams.
    var sessions: Set<SessionRecord> { Set(members.values.map(\.session)) }

    func add(_ subscriber: StreamSubscriber) {
        members[ObjectIdentifier(subscriber)] = subscriber
        subscriber.onEnd = { [weak self] subscriber in self?.remove(subscriber) }
        if keepalive == nil {
            keepalive = eventLoop.scheduleRepeatedTask(initialDelay: Self.keepaliveInterval, delay: Self.keepaliveInterval) { _ in
                self.sendKeepalive()
            }
        }
    }

    /// Makes a subscriber live, with what it misses since `position` from `recent`.
    /// - Returns: False when that is no longer in memory: the subscriber has to be replayed to from the store first.
    func join(_ subscriber: StreamSubscriber, after position: Int64, recent: RecentFrames) -> Bool {
        guard members[ObjectIdentifier(subscriber)] != nil else { return true }
        if position < delivered {
            guard let missed = recent.frames(after: position, through: delivered) else { return false }
            subscriber.isLive = true
            if let chunk = StreamChunk.make(subscriber.audience.frames(of: missed)) { _ = subscriber.write(chunk) }
            // Too slow even for what it had missed: it was dropped, and must not come back among the live ones.
            guard members[ObjectIdentifier(subscriber)] != nil else { return true }
        }
        subscriber.isLive = true
        subscriber.replayedThrough = max(position, delivered)
        live[subscriber.audience, default: []].append(subscriber)
        return true
    }

    /// Ends the streams for which this is true.
    func end(where matches: (SessionRecord) -> Bool) {
        for member in members.values where matches(member.session) { member.finish() }
    }

    private func remove(_ subscriber: StreamSubscriber) {
        members[ObjectIdentifier(subscriber)] = nil
        if subscriber.isLive {
            live[subscriber.audience]?.removeAll { $0 === subscriber }
            if live[subscriber.audience]?.isEmpty == true { live[subscriber.audience] = nil }
        }
        if members.isEmpty {
            keepalive?.cancel()
            keepalive = nil
        }
    }

    private func wake() {
        let due = lastFlush + Self.window
        if NIODeadline.now() >= due { flush() } else { eventLoop.scheduleTask(deadline: due) { self.flush() } }
    }

    private func flush() {
        lastFlush = .now()
        let (items, overflowed) = inbox.withLock { inbox in
            defer { inbox = Inbox() }
            return (inbox.items, inbox.overflowed)
        }
        if overflowed {
            observer.dropped(members.count)
            end { _ in true }
        }
        var frames: [StreamFrame] = []
        for item in items {
            switch item {
            case .frame(let frame): frames.append(frame)
            case .restart(let cursor):
                deliver(frames)
                frames = []
                sendReset(cursor)
            }
        }
        deliver(frames)
    }

    private func deliver(_ frames: [StreamFrame]) {
        guard let first = frames.first, let last = frames.last else { return }
        var count = 0
        var dropped = 0
        for (audience, subscribers) in live {
            let passing = audience.frames(of: frames)
            guard let chunk = StreamChunk.make(passing) else { continue }
            for subscriber in subscribers {
                if subscriber.replayedThrough >= first.cursor {
                    let rest = passing.filter { $0.cursor > subscriber.replayedThrough }
                    guard let own = StreamChunk.make(rest) else { continue }
                    if subscriber.write(own) { count += rest.count } else { dropped += 1 }
                } else if subscriber.write(chunk) {
                    count += passing.count
                } else {
                    dropped += 1
                }
            }
        }
        delivered = last.cursor
        observer.delivered(count)
        if dropped > 0 { observer.dropped(dropped) }
    }

    private func sendReset(_ cursor: Int64) {
        delivered = cursor
        guard let chunk = StreamChunk.make(StreamFrame.reset(cursor)) else { return }
        for subscriber in live.values.joined() {
            subscriber.replayedThrough = cursor
            _ = subscriber.write(chunk)
        }
        // One that is still replayed to reads rows that are no more: it starts anew.
        for member in members.values where !member.isLive { member.finish() }
    }

    private func sendKeepalive() {
        guard let chunk = StreamChunk.make(StreamFrame.keepalive) else { return }
        for subscriber in live.values.joined() { _ = subscriber.write(chunk) }
    }
}
