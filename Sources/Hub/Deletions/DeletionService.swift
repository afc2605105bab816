package import Base
package import Logging
package import Protocol
private import ServiceLifecycle
package import Trust

/// Carries to the nodes what people have deleted, signed, and asks each again until it has answered. Every replica does it: a node does the same
/// order twice without harm.
package actor DeletionService: Service {
    private struct Postponed {
        var until = -Double.infinity
        var backoff = Backoff(base: 1, maximum: 60)
    }

    /// Wishes that are looked at in one go, of all nodes.
    private static let look = 1000
    /// Characters of a node's words that are kept.
    private static let longestWords = 300
    /// What nodes say of a segment that they do not delete.
    private static let words = [
        "kept": "it is kept", "open": "it is being recorded",
        "outdated": "its node refused this before, or somebody has said since how long it is kept",
    ]

    private let store: any DeletionStore
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
        store: any DeletionStore, key: SigningKey, clock: any WallClock, metrics: Metrics, logger: Logger, interval: Double = 2,
        send: @escaping @Sendable (_ command: NodeCommand, _ node: String) async throws -> NodeReply
    ) {
        self.store = store
        self.key = key
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.interval = interval
        self.send = send
        metrics.declare("vigilar_deletions_total", .counter, help: "Recordings that people deleted, by what their nodes said to it.")
    }

    /// Deletes segments; their nodes are told at once, or when they are back.
    /// - Returns: Those that are deleted: what is kept or being written by now is not.
    /// - Throws: `StoreError`.
    package func delete(_ segments: [SegmentSummary], by account: String) async throws(StoreError) -> Set<EventID> {
        let before = postponed
        let deleted = try await store.deleteSegments(segments.map(\.id), by: account, at: clock.now)
        // One that was asked meanwhile and did not answer is not asked at once again.
        for node in Set(segments.map(\.node)) where postponed[node]?.until == before[node]?.until { postponed[node] = nil }
        signs.put(())
        return deleted
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

    private func due() async -> [String: [DeletionWish]] {
        let uptime = clock.uptime
        let others = busy.union(postponed.filter { $0.value.until > uptime }.keys)
        do throws(StoreError) {
            let wishes = Dictionary(grouping: try await store.waitingDeletions(without: others, limit: Self.look), by: \.node)
            busy.formUnion(wishes.keys)
            return wishes
        } catch {
            logger.debug("The store does not say what was deleted", metadata: ["error": "\(error)"])
            return [:]
        }
    }

    private func tell(_ node: String, _ wishes: [DeletionWish]) async {
        var trouble: String?
        var rest = wishes[...]
        while trouble == nil, !rest.isEmpty {
            let some = Array(rest.prefix(DeletionOrder.limit))
            rest = rest.dropFirst(some.count)
            do { trouble = try await order(some, of: node) } catch { trouble = "\(error)" }
        }
        busy.remove(node)
        guard let trouble else {
            postponed[node] = nil
            if wishes.count >= Self.look { signs.put(()) }
            return
        }
        if postponed[node] == nil, !Task.isCancelled {
            logger.info("A node does not confirm what was deleted; it is asked again", metadata: ["node": "\(node)", "why": "\(trouble)"])
        }
        var entry = postponed[node] ?? Postponed()
        entry.until = clock.uptime + entry.backoff.next()
        postponed[node] = entry
    }

    /// - Returns: Why it is to be tried again; nil where it is settled.
    private func order(_ wishes: [DeletionWish], of node: String) async throws -> String? {
        let items = wishes.map { DeletionOrder.Item(segment: "\($0.segment)", number: $0.number) }
        let text = String(decoding: NodeJSON.encode(DeletionOrder(node: node, items: items)) ?? [], as: UTF8.self)
        let message = try SignedMessage(signing: text, domain: SignedDomain.delete, with: key)
        let reply: NodeReply
        do {
            reply = try await send(NodeCommand(command: "delete", signed: message.signed, signature: message.signature), node)
        } catch {
            count("away")
            throw error
        }
        guard reply.ok else {
            let words = String((reply.error ?? "it does not say why").prefix(Self.longestWords))
            count("refused")
            try await store.noteDeletions(wishes, isSettled: false, why: words)
            return words
        }
        let refused = reply.refused ?? [:]
        let answers = Dictionary(grouping: wishes) { refused["\($0.segment)"] }
        for (answer, wishes) in answers {
            let words = answer.map { Self.words[$0] ?? String($0.prefix(Self.longestWords)) }
            count(answer == nil ? "confirmed" : "kept", wishes.count)
            try await store.noteDeletions(wishes, isSettled: true, why: words)
        }
        return nil
    }

    private func count(_ outcome: String, _ amount: Int = 1) {
        metrics.add("vigilar_deletions_total", Double(amount), labels: [("outcome", outcome)])
    }
}
