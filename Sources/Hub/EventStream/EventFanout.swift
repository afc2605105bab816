package import Base
package import Logging
private import NIOCore
package import Protocol
import ServiceLifecycle
private import Synchronization

/// Every published event to every open browser of this replica. Fed in cursor order by `EventBridge`.
///
/// A subscriber is first replayed to from the store and then joins, on its event loop, at a cursor for which everything later is still
/// to come: no hole and no double. A slow one is dropped alone and resumes by itself.
package final class EventFanout: Service, Sendable {
    private struct State {
        var recent: RecentFrames?
        var head: Int64?
        var loops: [ObjectIdentifier: StreamLoop] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())
    private let metrics: Metrics
    private let logger: Logger
    private let isSessionValid: @Sendable (SessionRecord) async -> Bool

    /// Seconds between two looks at the sessions of open streams; with the cache of sessions it makes less than 5 s.
    static let sessionInterval = 1.5

    /// - Parameter isSessionValid: Whether a session goes on with the rights that it had. A store that does not answer ends no stream.
    package init(metrics: Metrics, logger: Logger, isSessionValid: @escaping @Sendable (SessionRecord) async -> Bool) {
        self.metrics = metrics
        self.logger = logger
        self.isSessionValid = isSessionValid
        metrics.declare("vigilar_stream_subscribers", .gauge, help: "Open event streams.")
        metrics.declare("vigilar_stream_deliveries_total", .counter, help: "Events written to event streams.")
        metrics.declare("vigilar_stream_dropped_total", .counter, help: "Event streams ended because their client was too slow.")
        metrics.declare("vigilar_stream_events_total", .counter, help: "Events given to the event streams.")
    }

    // MARK: The feed

    /// The last cursor that was published here; nil before the stream began.
    package var head: Int64? { state.withLock { $0.head } }

    /// Begins the stream after `cursor`, unless it has begun already. Returns where it stands.
    package func begin(at cursor: Int64) -> Int64 {
        state.withLock { state in
            if let head = state.head { return head }
            state.head = cursor
            state.recent = RecentFrames(floor: cursor)
            return cursor
        }
    }

    /// Hands on events that follow each other. Called by one task only, after `begin`.
    package func publish(_ events: [PublishedEvent]) {
        let frames = events.map { StreamFrame($0) }
        guard let last = frames.last else { return }
        state.withLock { state in
            for frame in frames { state.recent?.append(frame) }
            state.head = last.cursor
            for loop in state.loops.values { loop.send(frames) }
        }
        metrics.add("vigilar_stream_events_total", Double(frames.count))
    }

    /// What was published is not replayed from memory any more, since it names somebody who was taken away: the store tells it as it is now.
    package func forgetRecent() {
        state.withLock { state in
            if let head = state.head { state.recent = RecentFrames(floor: head) }
        }
    }

    /// The store was put back to an older state: every browser is told to start anew from `cursor`.
    package func restart(at cursor: Int64) {
        state.withLock { state in
            state.recent = RecentFrames(floor: cursor)
            state.head = cursor
            for loop in state.loops.values { loop.restart(at: cursor) }
        }
    }

    /// Where a stream begins that asks for what follows `lastEventID`.
    func start(lastEventID: String?, bounds: FeedBounds?) -> StreamStart {
        state.withLock { .decide(lastEventID: lastEventID, head: $0.head, floor: $0.recent?.floor, bounds: bounds) }
    }

    // MARK: Subscribers

    /// Puts a subscriber into its connection. False when the hub is stopping or the connection cannot carry a stream.
    func attach(_ subscriber: StreamSubscriber) async throws -> Bool {
        guard let loop = loop(for: subscriber.channel.eventLoop) else { return false }
        return try await subscriber.channel.eventLoop.submit {
            guard subscriber.channel.isActive, subscriber.attach() else { return false }
            loop.add(subscriber)
            return true
        }.get()
    }

    /// Makes a subscriber live after `position`; false when the store has to be read first.
    func join(_ subscriber: StreamSubscriber, after position: Int64) async throws -> Bool {
        guard let loop = loop(for: subscriber.channel.eventLoop) else { return true }
        return try await subscriber.channel.eventLoop.submit {
            guard let recent = self.state.withLock({ $0.recent }) else { return true }
            return loop.join(subscriber, after: position, recent: recent)
        }.get()
    }

    private func loop(for eventLoop: any EventLoop) -> StreamLoop? {
        let metrics = metrics
        return state.withLock { state -> StreamLoop? in
            guard let head = state.head, !state.isClosed else { return nil }
            if let loop = state.loops[ObjectIdentifier(eventLoop)] { return loop }
            let observer = StreamLoop.Observer(
                delivered: { metrics.add("vigilar_stream_deliveries_total", Double($0)) },
                dropped: { metrics.add("vigilar_stream_dropped_total", Double($0)) })
            let loop = StreamLoop(eventLoop: eventLoop, head: head, observer: observer)
            state.loops[ObjectIdentifier(eventLoop)] = loop
            return loop
        }
    }

    /// Ends the streams of a session.
    package func end(session: [UInt8]) { endStreams { $0.tokenHash == session } }

    /// Ends every stream and takes no new ones.
    package func close() {
        state.withLock { $0.isClosed = true }
        endStreams { _ in true }
    }

    private func endStreams(_ matches: @escaping @Sendable (SessionRecord) -> Bool) {
        for loop in state.withLock({ Array($0.loops.values) }) {
            loop.eventLoop.execute { loop.end(where: matches) }
        }
    }

    // MARK: Service

    /// Ends the streams of sessions that have ended or have other rights, until the hub stops; then ends all.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.checkSessions()
                try? await Task.sleep(for: .seconds(Self.sessionInterval))
            }
        }
        close()
    }

    private func checkSessions() async {
        var sessions: Set<SessionRecord> = []
        for loop in state.withLock({ Array($0.loops.values) }) {
            if let found = try? await loop.eventLoop.submit({ loop.sessions }).get() { sessions.formUnion(found) }
        }
        for session in sessions where await !isSessionValid(session) {
            logger.info("event streams end with their session, or with its rights", metadata: ["account": "\(session.account)"])
            endStreams { $0 == session }
        }
    }

    /// Counts open streams for the metrics.
    func count(_ change: Double) { metrics.add("vigilar_stream_subscribers", change) }
}
