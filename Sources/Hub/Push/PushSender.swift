package import Base
package import Logging
private import Protocol
private import ServiceLifecycle
private import Synchronization

/// Sends messages to browsers by their push services, a few at a time, and again later where a service is busy or away. What waits is not
/// kept over a restart: it is news, and the events themselves are stored.
package final class PushSender: Service {
    /// Tells what the first attempt has come to.
    private typealias Report = @Sendable (PushResult) -> Void

    private struct Job: Sendable {
        let message: PushMessage
        let subscription: PushSubscription
        /// Whether it is sent again where the push service does not take it now.
        let isRetried: Bool
        /// Whether it was sent before.
        var isAgain = false
        var report: Report?
    }

    private struct State {
        var queue: PushQueue<Job>
        var isOver = false
    }

    /// Seconds between two looks at what is due.
    private static let interval = 1.0
    /// Messages for one browser that wait at most.
    private static let waitingLimit = 4

    let store: any PushStore
    let keys: VapidKeys
    let client: PushClient
    let tests = PushTestGate()
    private let contact: String
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let signs = Batcher<Void>(bound: 1)
    private let state: Mutex<State>

    /// - Parameters:
    ///   - contact: Where a push service reaches whoever runs this hub: `mailto:` or `https://`.
    ///   - limit: Messages that are sent or wait, at most.
    package init(
        store: any PushStore, sealing: SecretSealing, client: PushClient, contact: String, clock: any WallClock, metrics: Metrics,
        logger: Logger, limit: Int = 1000
    ) {
        self.store = store
        keys = VapidKeys(store: store, sealing: sealing, logger: logger)
        self.client = client
        self.contact = contact
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        state = Mutex(State(queue: PushQueue(limit: limit)))
        metrics.declare(
            "vigilar_push_attempts_total", .counter, help: "Attempts to send a message to a browser, by what the push service said to it.")
        metrics.declare(
            "vigilar_push_dropped_total", .counter, help: "Messages to browsers given up for want of room, or because they had become old.")
        metrics.declare("vigilar_push_waiting", .gauge, help: "Messages to browsers that are sent or wait.")
    }

    /// Sends a message, and waits for what the first attempt comes to. Where that is `delayed`, the sender goes on with it by itself.
    /// - Parameter isRetried: Whether it does; else the first attempt is the last one, and `refused` where it would be `delayed`.
    package func send(_ message: PushMessage, to subscription: PushSubscription, isRetried: Bool = true) async -> PushResult {
        await withCheckedContinuation { continuation in
            let job = Job(
                message: message, subscription: subscription, isRetried: isRetried, report: { continuation.resume(returning: $0) })
            let isTaken = state.withLock { state -> Bool in
                guard !state.isOver,
                    state.queue.countWaiting(where: { $0.subscription.id == subscription.id }) < Self.waitingLimit
                else { return false }
                return state.queue.add(job, life: Double(message.life), at: clock.uptime)
            }
            guard isTaken else {
                metrics.add("vigilar_push_dropped_total")
                continuation.resume(returning: Self.full)
                return
            }
            noteCount()
            signs.put(())
        }
    }

    private static let full = PushResult.refused("The hub stops, or has too many messages to send: try again in a moment.")

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    _ = await self.signs.take(atMost: 1, within: Self.interval)
                    let old = self.old()
                    if !old.isEmpty { group.addTask { for job in old { await self.drop(job) } } }
                    while let entry = self.next() { group.addTask { await self.attempt(entry) } }
                }
                group.cancelAll()
            }
        }
        let left = state.withLock { state in
            state.isOver = true
            return state.queue.empty()
        }
        for job in left { job.report?(Self.full) }
    }

    private func old() -> [Job] { state.withLock { $0.queue.removeOld(at: clock.uptime) } }

    private func next() -> PushQueue<Job>.Entry? { state.withLock { $0.queue.take(at: clock.uptime) } }

    /// One has waited for too long.
    private func drop(_ job: Job) async {
        noteCount()
        let result = PushResult.delayed("The hub had too many messages to send, and this one has become old.")
        await note(result, of: job.subscription.id, isOver: true)
        job.report?(result.withoutRetry)
    }

    private func attempt(_ entry: PushQueue<Job>.Entry) async {
        var entry = entry
        let subscription = entry.item.subscription
        if entry.item.isAgain, await hasEnded(subscription) {
            state.withLock { $0.queue.finish() }
            noteCount()
            signs.put(())
            return
        }
        let (answer, pause) = await deliver(entry.item)
        metrics.add("vigilar_push_attempts_total", labels: [("outcome", answer.name)])
        let result = entry.item.isRetried ? answer : answer.withoutRetry
        let report = entry.item.report
        entry.item.report = nil
        entry.item.isAgain = true
        let tried = entry
        let isOver = state.withLock { state -> Bool in
            guard case .delayed = result else {
                state.queue.finish()
                return true
            }
            return !state.queue.delay(tried, atLeast: pause, at: clock.uptime)
        }
        noteCount()
        // There may be one that waited for this one's place.
        signs.put(())
        await note(result, of: subscription.id, isOver: isOver)
        // Last: who asks for the list when they are told finds there what became of it.
        report?(result)
    }

    /// Whether a browser is to be told nothing any more: somebody has turned its notifications off, or signed out in it, while a message waited.
    private func hasEnded(_ subscription: PushSubscription) async -> Bool {
        do throws(StoreError) { return try await !store.hasPushSubscription(subscription.id, at: clock.now) } catch {
            // Nothing is sent without the store, which has the key.
            return false
        }
    }

    private func note(_ result: PushResult, of id: EventID, isOver: Bool) async {
        do throws(StoreError) {
            switch result {
            case .sent: try await store.notePush(id, sentAt: clock.now)
            case .gone: _ = try await store.deletePushSubscription(id, of: nil)
            case .delayed, .refused:
                guard isOver else { return }
                if case .delayed = result { metrics.add("vigilar_push_dropped_total") }
                logger.warning("a browser was not told", metadata: ["subscription": "\(id)", "why": "\(result.words)"])
                try await store.notePush(id, sentAt: nil)
            }
        } catch {
            logger.warning("what became of a message to a browser could not be noted", metadata: ["error": "\(error)"])
        }
    }

    /// One attempt.
    /// - Returns: What it has come to, and the seconds for which the push service wants to be left alone.
    private func deliver(_ job: Job) async -> (PushResult, pause: Double) {
        do {
            let key = try await keys.current()
            let subscription = job.subscription
            let body = try PushEncryption.seal(job.message.json, publicKey: subscription.publicKey, secret: subscription.secret)
            let answer = try await client.post(body, to: subscription.endpoint) { endpoint in
                [
                    ("Authorization", try VapidToken.authorization(for: endpoint.audience, contact: contact, at: clock.now, key: key)),
                    ("Content-Encoding", "aes128gcm"), ("Content-Type", "application/octet-stream"), ("TTL", "\(job.message.life)"),
                    ("Urgency", "high"),
                ]
            }
            return (Self.result(answer), answer.retryAfter)
        } catch let error as PushError {
            return (error.code == .unreachable ? .delayed(error.message) : .refused(error.message), 0)
        } catch is StoreError {
            return (.delayed("The hub's store does not answer."), 0)
        } catch {
            return (.refused("The hub could not sign the message: look at the hub's log."), 0)
        }
    }

    private static func result(_ answer: PushClient.Answer) -> PushResult {
        let words = answer.words.isEmpty ? "" : ": \(answer.words)"
        switch answer.status {
        case 200...299: return .sent
        case 404, 410: return .gone
        case 429: return .delayed("The push service is asked too often (429)\(words)")
        case 500...599: return .delayed("The push service has trouble (\(answer.status))\(words)")
        default: return .refused("The push service refuses the message (\(answer.status))\(words)")
        }
    }

    private func noteCount() { metrics.set("vigilar_push_waiting", Double(state.withLock { $0.queue.count })) }
}
