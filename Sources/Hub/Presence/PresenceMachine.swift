package import Base
import Protocol

/// Decides which nodes are there: no I/O and no clock of its own.
///
/// - A node is away when nothing was heard of it for `patience`, or at once when its `state` says so. The last will only makes it faster.
/// - Nobody is judged while the broker delivers nothing. Whoever begins to listen (a new leader, a hub that was off, a connection that
///   was broken, messages that were lost here) gives every node its full patience.
/// - What the broker kept proves no life; that a node is away it proves only of one that has not been heard since.
package struct PresenceMachine: Sendable {
    /// Seconds of silence after which a node is away: two reports, and a little.
    package static let patience = 35.0
    /// Seconds between two ticks from which this process itself must have stood still.
    package static let stall = 10.0

    private let patience: Double
    private var nodes: [String: NodePresence]
    /// Since when silence counts, in seconds of uptime; nil while the broker delivers nothing.
    private var listening: Double?
    private var lastTick: Double?

    /// - Parameter records: The rows of the store at the beginning of the leadership.
    package init(_ records: [PresenceRecord], patience: Double = PresenceMachine.patience) {
        self.patience = patience
        nodes = Dictionary(records.map { ($0.node, NodePresence(node: $0.node, record: $0)) }, uniquingKeysWith: { $1 })
    }

    /// Rows whose events wait for the store.
    package var unfinished: [PresenceRecord] {
        nodes.values.compactMap(\.record).filter { !$0.pending.isEmpty }.sorted { $0.node < $1.node }
    }

    /// The nodes that the installation has.
    package var known: Set<String> { Set(nodes.values.lazy.filter { $0.site != nil }.map(\.node)) }

    /// Takes note of what happened, and says what is to be done, in order.
    ///
    /// - Parameters:
    ///   - now: The hub's time, for what people read.
    ///   - uptime: The same moment in seconds that never go back, for judging.
    package mutating func handle(_ input: PresenceInput, at now: Timestamp, uptime: Double) -> [PresenceAction] {
        switch input {
        case .nodes(let list): place(list)
        case .subscribed: listening = listening ?? uptime
        case .disconnected:
            listening = nil
            for node in nodes.keys { nodes[node]?.forgetConnection() }
        case .missed: listening = listening.map { _ in uptime }
        case .health(let node, let health):
            return with(node) { presence in
                let (isBack, wanted) = presence.take(health, at: now, uptime: uptime)
                let write = presence.record.map { PresenceAction.write($0, isUrgent: isBack) }
                return [write, wanted.map { .readCommitted(node: node, epoch: $0) }].compactMap(\.self)
            }
        case .state(let node, let state, let isRetained):
            return with(node) { presence in
                guard state.state == .online else {
                    if isRetained, presence.heard != nil { return [] }
                    let (isNews, isChanged) = presence.saidGoodbye(at: now)
                    return isChanged ? presence.record.map { [.write($0, isUrgent: isNews)] } ?? [] : []
                }
                let (isBack, isChanged) = presence.take(state, isRetained: isRetained, at: now, uptime: uptime)
                return isChanged ? presence.record.map { [.write($0, isUrgent: isBack)] } ?? [] : []
            }
        case .committed(let node, let epoch, let ranges):
            return with(node) { presence in
                let (isNews, isChanged) = presence.take(ranges, epoch: epoch, at: now, uptime: uptime)
                return isChanged ? presence.record.map { [.write($0, isUrgent: isNews)] } ?? [] : []
            }
        case .stored(let node, let events):
            guard nodes[node]?.forget(events) == true else { return [] }
            return nodes[node]?.record.map { [.write($0, isUrgent: false)] } ?? []
        case .tick: return tick(at: now, uptime: uptime)
        }
        return []
    }

    private mutating func with(_ node: String, _ body: (inout NodePresence) -> [PresenceAction]) -> [PresenceAction] {
        guard var presence = nodes[node], presence.site != nil else { return [.unknown(node: node)] }
        defer { nodes[node] = presence }
        return body(&presence)
    }

    private mutating func place(_ list: [NodeRecord]) {
        let sites = Dictionary(list.map { ($0.name, $0.site) }, uniquingKeysWith: { $1 })
        for node in nodes.keys { nodes[node]?.site = sites[node] }
        for (name, site) in sites where nodes[name] == nil { nodes[name] = NodePresence(node: name, site: site) }
    }

    private mutating func tick(at now: Timestamp, uptime: Double) -> [PresenceAction] {
        if let lastTick, uptime - lastTick > Self.stall { listening = listening.map { _ in uptime } }
        lastTick = uptime
        guard let listening else { return [] }
        var actions: [PresenceAction] = []
        for node in nodes.keys.sorted() {
            guard var presence = nodes[node], uptime - max(presence.heard ?? listening, listening) >= patience else { continue }
            if presence.left(.silence, at: now), let record = presence.record {
                nodes[node] = presence
                actions.append(.write(record, isUrgent: true))
            }
        }
        return actions
    }
}
