import Base
import Protocol

/// The nodes' figures on every replica's `/metrics`, read from the store: whoever is scraped tells of all nodes of the installation, and
/// of no others.
struct NodeFigures: Sendable {
    private let store: any EventStore & PresenceStore
    private let metrics: Metrics

    init(store: any EventStore & PresenceStore, metrics: Metrics) {
        self.store = store
        self.metrics = metrics
        metrics.declare("vigilar_node_online", .gauge, help: "1 while a node is there, 0 while it is away or was never heard of.")
        metrics.declare("vigilar_node_outbox_waiting", .gauge, help: "Rows of a node's outbox that wait for the hub.")
        metrics.declare("vigilar_node_lag_events", .gauge, help: "Events that a node has given out and that are not in the store.")
        metrics.declare("vigilar_node_missing_events", .gauge, help: "Those of them that do not wait at the node either.")
        metrics.declare("vigilar_node_clock_offset_seconds", .gauge, help: "By how much a node's clock is behind the hub's.")
        metrics.declare("vigilar_node_cpu_cores", .gauge, help: "CPU that a node's process uses.")
        metrics.declare("vigilar_node_memory_bytes", .gauge, help: "Memory that a node's process holds.")
    }

    func run(every seconds: Double) async {
        while !Task.isCancelled {
            // What was read last stays while the store is away.
            if let nodes = try? await NodeOverview.all(from: store, .everything) { show(nodes) }
            try? await Task.sleep(for: .seconds(seconds))
        }
    }

    func show(_ nodes: [NodeOverview]) {
        func set(_ name: String, _ value: (NodeOverview) -> Double?) {
            metrics.replace(name, nodes.compactMap { node in value(node).map { ([("node", node.node.name)], $0) } })
        }
        set("vigilar_node_online") { $0.state == .online ? 1 : 0 }
        set("vigilar_node_outbox_waiting") { $0.record?.health?.outbox.map { Double($0.waiting) } }
        set("vigilar_node_lag_events") { $0.record?.lag.map(Double.init) }
        set("vigilar_node_missing_events") { $0.record == nil ? nil : Double($0.missing) }
        set("vigilar_node_clock_offset_seconds") { $0.record?.clockOffset }
        set("vigilar_node_cpu_cores") { $0.record?.health?.cpu }
        set("vigilar_node_memory_bytes") { $0.record?.health?.memory.map(Double.init) }
    }
}
