import Base
import EdgeNode
import Foundation
import Logging
import MQTT
import Protocol
import Settings
import ServiceLifecycle
import TestSupport

/// How fast full outboxes are drained to their acknowledgements through a broker, one hub and PostgreSQL that waits for its disk, all on
/// this machine; then how long single events take.
package struct DrainRun: Sendable {
    /// Events of each node; every eighth has a second revision.
    package let events: Int
    package let nodes: Int
    /// Single events of each of the two measurements of delay, at 20 a second.
    package let singles: Int
    /// Whether the same outboxes are drained once more by nodes that have joined, with TLS and certificates to the broker.
    package let comparesTLS: Bool

    package init(events: Int, nodes: Int, singles: Int, comparesTLS: Bool = false) {
        self.events = events
        self.nodes = nodes
        self.singles = singles
        self.comparesTLS = comparesTLS
    }

    private static let singleRate = 20.0

    package func run(programs: FleetPrograms) async throws -> DrainReport {
        var report = try await onSite(programs, isSecure: false) { site in
            var report = try await drain(site)
            // The delays are those of a quiet system, not of one that still publishes the drained backlog.
            try await eventually("the backlog to be published", timeout: .seconds(120)) { try await site.isPublished() }
            report.publishToPublished = try await singleBatches(site)
            report.outboxToPublished = try await singleRows(site)
            return report
        }
        if comparesTLS {
            let secure = try await onSite(programs, isSecure: true) { try await drain($0) }
            report.overTLS = DrainReport.Secure(perSecond: secure.perSecond, cpu: secure.cpuInAll)
        }
        return report
    }

    /// Runs something on an installation of its own.
    private func onSite(
        _ programs: FleetPrograms, isSecure: Bool, _ body: (FaultSite) async throws -> DrainReport
    ) async throws -> DrainReport {
        let site = try await FaultSite(
            programs: programs, replicas: 1, durable: true, hasLines: false, isSecure: isSecure,
            brokerSettings: ["log_type none", "max_queued_messages 100000"])
        do {
            try await site.startHubs()
            let report = try await body(site)
            await site.stop()
            return report
        } catch {
            await site.stop()
            throw error
        }
    }

    private var logger: Logger {
        var logger = Logger(label: "vigilar.fleet")
        logger.logLevel = .error
        return logger
    }

    private func drain(_ site: FaultSite) async throws -> DrainReport {
        let start = SystemClock().now
        var full: [SimulatedNode] = []
        var report = DrainReport()
        let names = (1...nodes).map { "node-\($0)" }
        let identities = site.isSecure ? try await site.join(names) : []
        for (index, name) in names.enumerated() {
            let node = SimulatedNode(
                name: name, folder: site.folder.path, broker: site.nodeBroker(), identity: site.isSecure ? identities[index] : nil,
                logger: logger)
            let plan = EventPlan(node: name, events: events, seed: 1, start: start)
            try await NodeRun(node: node, plan: plan, log: AcceptedLog(path: site.folder.path("\(name).accepted")), rate: nil).fill()
            report.revisions += plan.items.count
            full.append(node)
        }
        let clock = SystemClock()
        let cpu = ProcessCPU.now()
        let began = clock.uptime
        let ends = try await withThrowingTaskGroup(of: Double.self) { group in
            for node in full {
                group.addTask {
                    try await node.run {
                        try await node.waitUntilDrained()
                        return clock.uptime
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        report.seconds = (ends.max() ?? began) - began
        report.cpu = ProcessCPU.now().since(cpu, perThing: report.revisions)
        return report
    }

    /// Batches of one event by a bare client: what lies between the broker and the broker.
    private func singleBatches(_ site: FaultSite) async throws -> [Double] {
        let broker = site.nodeBroker()
        let plan = EventPlan(node: "single", events: singles, seed: 2, start: SystemClock().now)
        let client = MQTTClient(
            HubSession.configuration(
                node: plan.node, host: broker.host, port: broker.port, username: broker.username, password: broker.password?.value),
            logger: logger)
        return try await watching(site, with: [client]) { watcher in
            try await eventually("a connection") { client.isConnected }
            var sent: [EventID: Double] = [:]
            for event in 0..<singles {
                let now = SystemClock().now
                let draft = plan.draft(EventPlan.Item(event: event, rev: 1), now: now)
                let body = try Event(
                    id: draft.id, rev: 1, node: plan.node, epoch: "single", seq: Int64(event + 1), site: plan.site,
                    sourceID: draft.sourceID, type: draft.type, severity: draft.severity, ts: draft.ts, endTS: draft.endTS,
                    payload: draft.payload
                ).body
                let payload = EventBatch.encode(node: plan.node, epoch: "single", batch: Int64(event + 1), bodies: [body])
                sent[draft.id] = SystemClock().uptime
                try await client.publish(MQTTMessage(topic: Topics.events(node: plan.node), payload: payload, contentType: Topics.json))
                try await Task.sleep(for: .seconds(1 / Self.singleRate))
            }
            return try await delays(sent, watcher)
        }
    }

    /// Events through a real outbox and uplink.
    private func singleRows(_ site: FaultSite) async throws -> [Double] {
        let plan = EventPlan(node: "whole", events: singles, seed: 3, start: SystemClock().now)
        let node = SimulatedNode(name: plan.node, folder: site.folder.path, broker: site.nodeBroker(), logger: logger)
        return try await watching(site, with: []) { watcher in
            try await node.run {
                var sent: [EventID: Double] = [:]
                try await eventually("a connection") { node.metrics.value("vigilar_link_connections_total") > 0 }
                for event in 0..<singles {
                    let draft = plan.draft(EventPlan.Item(event: event, rev: 1), now: SystemClock().now)
                    sent[draft.id] = SystemClock().uptime
                    _ = try await node.outbox.append([draft])
                    try await Task.sleep(for: .seconds(1 / Self.singleRate))
                }
                return try await delays(sent, watcher)
            }
        }
    }

    private func delays(_ sent: [EventID: Double], _ watcher: PublishedWatcher) async throws -> [Double] {
        try await eventually("every summary") { sent.keys.allSatisfy { watcher.arrival(of: $0) != nil } }
        return sent.compactMap { id, time in watcher.arrival(of: id).map { ($0 - time) * 1000 } }
    }

    private func watching(
        _ site: FaultSite, with services: [any Service], _ body: @Sendable (PublishedWatcher) async throws -> [Double]
    ) async throws -> [Double] {
        let broker = site.nodeBroker()
        let client = MQTTClient(
            MQTTConfiguration(
                host: broker.host, port: broker.port, clientID: "watcher", username: broker.username, password: broker.password?.value),
            logger: logger)
        let watcher = PublishedWatcher(client: client)
        let group = ServiceGroup(services: [client, watcher] + services, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the watcher's subscription") { watcher.isSubscribed }
            let result: Result<[Double], any Error>
            do { result = .success(try await body(watcher)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try result.get()
        }
    }
}
