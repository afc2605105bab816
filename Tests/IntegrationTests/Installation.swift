import Base
import Fleet
import Foundation
import Logging
import Protocol
import TestSupport

/// An installation of separate processes for one directed fault: replicas, a stream client on each, and nodes in this process.
struct Installation {
    let site: FaultSite
    let clients: [StreamClient]
    let logger: Logger
    let start = SystemClock().now

    init(replicas: Int) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.logger = logger
        site = try await FaultSite(programs: .besideThisProcess(), replicas: replicas)
        try await site.startHubs()
        let cookie = try await HubRequest.signIn(port: site.replicas[0].port, password: FaultSite.password)
        clients = site.replicas.map { StreamClient(name: "client of \($0.name)", ports: [$0.port], cookie: cookie, seed: 1) }
        let clients = clients
        try await eventually("the streams to begin") { clients.allSatisfy { $0.cursor != nil } }
    }

    func node(_ name: String, trustsBroker: Bool = false) -> SimulatedNode {
        SimulatedNode(name: name, folder: site.folder.path, broker: site.nodeBroker(), trustsBroker: trustsBroker, logger: logger)
    }

    /// The events of a node; the same ones for the same name and seed.
    func plan(_ name: String, events: Int, seed: UInt64 = 1) -> EventPlan {
        EventPlan(node: name, events: events, seed: seed, start: start)
    }

    /// A run that puts a plan's events into a node's outbox as fast as that takes them.
    func run(_ node: SimulatedNode, _ plan: EventPlan, log: String = "accepted") -> NodeRun {
        NodeRun(node: node, plan: plan, log: AcceptedLog(path: site.folder.path("\(node.name).\(log)")), rate: nil)
    }

    /// What the store must hold of some plans.
    static func wanted(_ plans: [EventPlan]) -> [EventID: Int64] {
        var out: [EventID: Int64] = [:]
        for plan in plans { for event in 0..<plan.events { out[plan.id(of: event)] = plan.lastRevision(of: event) } }
        return out
    }

    /// Waits until every client has seen the feed to its end, and gives what they have seen.
    func settled() async throws -> [StreamRecord] {
        let site = site
        try await eventually("the feed to be stamped") { try await site.settledCursor() != nil }
        let last = try await site.settledCursor()
        for client in clients { try await eventually("\(client.name) at the feed's end", timeout: .seconds(60)) { client.cursor == last } }
        return clients.map(\.record)
    }

    /// What the replicas' own check finds.
    func check() async throws -> [String] {
        var out: [String] = []
        for replica in site.replicas {
            let (status, output) = try await replica.check()
            if status != 0 { out.append(output) }
        }
        return out
    }

    func stop() async {
        for client in clients { client.stop() }
        await site.stop()
    }
}
