package import Base
package import Logging
package import Protocol
import ServiceLifecycle
private import Synchronization
package import Trust

/// Sees to it that whoever was erased stays so: tells nodes until they have confirmed it, applies the list to a store that was put back, and erases
/// those who may not be known any more. Every replica does it: a node forgets twice without harm.
package final class ErasureService: Service {
    private let store: any HubStore
    private let list: ErasureList
    private let key: SigningKey
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let erase: @Sendable (Erasure) async throws -> Bool
    private let hidePeople: @Sendable (EventID) async throws -> Void
    private let send: @Sendable (_ command: NodeCommand, _ node: String) async throws -> NodeReply
    private let wakes = Batcher<Void>(bound: 1)
    /// How many had been erased when the database last gave up what was left of them; nil before the first time, and where people were hidden in a
    /// picture since.
    private let purged = Mutex<Int64?>(nil)
    private let refusing = Mutex<Set<String>>([])

    /// Seconds between two looks: nodes are told within a minute of being reachable.
    private static let interval = 20.0
    /// Events of one command: 40 KB of ids.
    private static let events = 1000
    /// Pictures in which people are hidden in one look, some ten a second: nodes and others who were erased wait for it.
    private static let pictures = 100

    /// - Parameters:
    ///   - key: The hub's, to which nodes hold what they are sent.
    ///   - erase: Erases somebody, also from what is in memory.
    ///   - hidePeople: Hides people for good in an event's picture, or deletes it.
    ///   - send: Asks a node and waits for its answer; throws where there is none.
    package init(
        store: any HubStore, list: ErasureList, key: SigningKey, clock: any WallClock, metrics: Metrics, logger: Logger,
        erase: @escaping @Sendable (Erasure) async throws -> Bool, hidePeople: @escaping @Sendable (EventID) async throws -> Void,
        send: @escaping @Sendable (_ command: NodeCommand, _ node: String) async throws -> NodeReply
    ) {
        self.store = store
        self.list = list
        self.key = key
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.erase = erase
        self.hidePeople = hidePeople
        self.send = send
        metrics.declare("vigilar_erasures_total", .counter, help: "People and pets that this replica erased by itself, by reason.")
        metrics.declare(
            "vigilar_erasure_orders_total", .counter, help: "Orders to nodes to forget somebody's pictures, by what became of them.")
    }

    /// Says that somebody was erased.
    package func wake() { wakes.put(()) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await self.look()
                    isFailing = false
                } catch {
                    if !isFailing { self.logger.error("Erasures cannot be seen to; it is tried again", metadata: ["error": "\(error)"]) }
                    isFailing = true
                }
                _ = await self.wakes.take(atMost: 1, within: Self.interval)
            }
        }
    }

    /// One look at everything. What fails keeps nothing else from being seen to.
    func look() async throws {
        var failure: (any Error)?
        for step in [applyList, eraseOverdue, tellNodes, hidePictures, purge] {
            do { try await step() } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func hidePictures() async throws {
        let events = try await store.picturesToHide(limit: Self.pictures)
        guard !events.isEmpty else { return }
        var failure: (any Error)?
        for event in events {
            // One that fails keeps none of the others from being done, and is tried again.
            do { try await hidePeople(event) } catch { failure = error }
        }
        purged.withLock { $0 = nil }
        if let failure { throw failure }
        if events.count == Self.pictures { wake() }
    }

    /// Has the database give up what is left of whoever was erased since this was done last.
    private func purge() async throws {
        let count = try await store.erasures()
        guard purged.withLock({ $0 != count }) else { return }
        try await store.purge()
        purged.withLock { $0 = count }
    }

    private func eraseOverdue() async throws {
        for individual in try await store.overdueIndividuals(at: clock.now) {
            let isPerson = try await store.individual(individual)?.kind == .person
            let erasure = Erasure(
                individual: individual, time: clock.now, account: nil, reason: .retention, pictures: isPerson ? .deleted : .kept)
            if try await erase(erasure) { count(erasure) }
        }
    }

    /// The list and the store hold the same: what only one of them has the other gets. The list never shrinks.
    private func applyList() async throws {
        let listed = try list.read()
        let present = try await store.erasureList()
        let known = Set(present.map(\.individual))
        for erasure in listed where !known.contains(erasure.individual) {
            let isKnown = try await store.individual(erasure.individual) != nil
            guard try await erase(erasure), isKnown else { continue }
            count(erasure)
            logger.notice(
                "Somebody was erased who came back with an older copy of the store", metadata: ["individual": "\(erasure.individual)"])
        }
        let former = Dictionary(listed.map { ($0.individual, $0.events) }, uniquingKeysWith: +)
        let wanted = try await store.erasureList().map {
            var erasure = $0
            erasure.events = Set(erasure.events + (former[erasure.individual] ?? [])).sorted()
            return erasure
        }
        if wanted.map(\.individual) != listed.map(\.individual) || wanted.map(\.events) != listed.map(\.events) { try list.write(wanted) }
    }

    private func count(_ erasure: Erasure) { metrics.add("vigilar_erasures_total", labels: [("reason", erasure.reason.rawValue)]) }

    private func tellNodes() async throws {
        let errands = try await store.erasureErrands(limit: Self.events)
        // A node that does not answer holds up nobody else.
        await withDiscardingTaskGroup { group in
            for (node, errands) in Dictionary(grouping: errands, by: \.node) {
                group.addTask { await self.tell(node, errands) }
            }
        }
    }

    private func tell(_ node: String, _ errands: [ErasureErrand]) async {
        for errand in errands {
            do {
                let order = ForgetOrder(node: node, events: errand.events.map { "\($0)" }, pictures: errand.withPictures)
                let message = try SignedMessage(
                    signing: String(decoding: NodeJSON.encode(order) ?? [], as: UTF8.self), domain: SignedDomain.forget, with: key)
                let reply = try await send(
                    NodeCommand(command: "forget", signed: message.signed, signature: message.signature), node)
                metrics.add("vigilar_erasure_orders_total", labels: [("outcome", reply.ok ? "confirmed" : "refused")])
                guard reply.ok else {
                    // One line for a node that is too old to know how, not one for each time.
                    if refusing.withLock({ $0.insert(node).inserted }) {
                        logger.warning(
                            "A node does not forget whoever was erased; it is asked again",
                            metadata: ["node": "\(node)", "why": "\(reply.error ?? "")"])
                    }
                    return
                }
                refusing.withLock { _ = $0.remove(node) }
                try await store.confirm(errand, at: clock.now)
                if errand.events.count == Self.events { wake() }
            } catch {
                metrics.add("vigilar_erasure_orders_total", labels: [("outcome", "away")])
                return
            }
        }
    }
}
