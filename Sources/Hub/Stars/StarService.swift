package import Base
package import Logging
package import Protocol
private import ServiceLifecycle
package import Trust

/// Carries to the nodes what people want kept, signed, and asks each again until it has answered. Every replica does it: a node does the same
/// order twice without harm.
package actor StarService: Service {
    private struct Postponed {
        var until = -Double.infinity
        var backoff = Backoff(base: 1, maximum: 60)
    }

    /// Wishes that are looked at in one go.
    private static let step = 500
    /// Characters of a node's words that are kept.
    private static let longestWords = 300

    private let store: any RecordingStore & StarStore
    private let key: SigningKey
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let interval: Double
    private let send: @Sendable (_ command: NodeCommand, _ node: String) async throws -> NodeReply
    private let signs = Batcher<Void>(bound: 1)
    private var postponed: [String: Postponed] = [:]
    private var busy: Set<String> = []

    /// - Parameters:
    ///   - key: The hub's, to which nodes hold what they are sent.
    ///   - interval: Seconds between two looks at the store, for what another replica was told.
    ///   - send: Asks a node and waits for its answer; throws where there is none.
    package init(
        store: any RecordingStore & StarStore, key: SigningKey, clock: any WallClock, metrics: Metrics, logger: Logger,
        interval: Double = 2, send: @escaping @Sendable (_ command: NodeCommand, _ node: String) async throws -> NodeReply
    ) {
        self.store = store
        self.key = key
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.interval = interval
        self.send = send
        metrics.declare(
            "vigilar_star_orders_total", .counter, help: "Orders to nodes to keep a recording, or no longer, by what became of them.")
    }

    /// Notes what a person wants of segments; their nodes are told at once, or when they are back.
    /// - Throws: `StoreError`.
    package func set(_ segments: [SegmentSummary], _ isWanted: Bool, by account: String) async throws(StoreError) {
        let before = postponed
        try await store.setStars(segments.map(\.id), isWanted, by: account, at: clock.now)
        // One that was asked meanwhile and did not answer is not asked at once again.
        for node in Set(segments.map(\.node)) where postponed[node]?.until == before[node]?.until { postponed[node] = nil }
        signs.put(())
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // A node that does not answer holds up nobody else.
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    _ = await self.signs.take(atMost: 1, within: self.interval)
                    for (node, wishes) in await self.due() { group.addTask { await self.tell(node, wishes) } }
                }
                group.cancelAll()
            }
        }
    }

    private func due() async -> [String: [StarWish]] {
        let uptime = clock.uptime
        let others = busy.union(postponed.filter { $0.value.until > uptime }.keys)
        do throws(StoreError) {
            let wishes = Dictionary(grouping: try await store.waitingStars(without: others, limit: Self.step), by: \.node)
            busy.formUnion(wishes.keys)
            return wishes
        } catch {
            logger.debug("The store does not say what is to be kept", metadata: ["error": "\(error)"])
            return [:]
        }
    }

    private func tell(_ node: String, _ wishes: [StarWish]) async {
        var trouble: String?
        for wish in wishes {
            do {
                if let words = try await tell(wish) { trouble = words }
            } catch {
                // What one does not hear the next would not.
                trouble = "\(error)"
                break
            }
        }
        busy.remove(node)
        guard let trouble else {
            postponed[node] = nil
            if wishes.count == Self.step { signs.put(()) }
            return
        }
        if postponed[node] == nil, !Task.isCancelled {
            logger.info(
                "A node does not confirm what is to be kept; it is asked again", metadata: ["node": "\(node)", "why": "\(trouble)"])
        }
        var entry = postponed[node] ?? Postponed()
        entry.until = clock.uptime + entry.backoff.next()
        postponed[node] = entry
    }

    /// - Returns: Why it is to be tried again; nil where it is settled.
    private func tell(_ wish: StarWish) async throws -> String? {
        let order = StarOrder(node: wish.node, number: wish.number, segment: "\(wish.segment)", starred: wish.isWanted)
        let text = String(decoding: NodeJSON.encode(order) ?? [], as: UTF8.self)
        let message = try SignedMessage(signing: text, domain: SignedDomain.star, with: key)
        let reply: NodeReply
        do {
            reply = try await send(NodeCommand(command: "star", signed: message.signed, signature: message.signature), wish.node)
        } catch {
            count("away")
            throw error
        }
        if reply.ok {
            count("confirmed")
            try await store.settleStar(wish, why: nil)
            return nil
        }
        let words = String((reply.error ?? "it does not say why").prefix(Self.longestWords))
        if words == "gone" {
            count("gone")
            try await store.settleStar(wish, why: "the node has deleted it")
            return nil
        }
        count("refused")
        try await store.delayStar(wish, why: words, above: reply.number ?? 0)
        return words
    }

    private func count(_ outcome: String) { metrics.add("vigilar_star_orders_total", labels: [("outcome", outcome)]) }
}
