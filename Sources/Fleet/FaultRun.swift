import Base
import Foundation
import Protocol
import Settings
import Synchronization
import TestSupport

/// Simulated nodes, hub replicas, a broker and a database under a schedule of faults, and the verdict at the end.
package final class FaultRun: Sendable {
    private let settings: FaultRunSettings
    private let site: FaultSite
    private let nodes: [NodeProcess]
    private let plans: [EventPlan]
    private let logs: [AcceptedLog]
    private let progress: @Sendable (String) -> Void
    private let report = Mutex(FaultReport())
    private let struck = Mutex<Set<String>>([])
    /// Ends the nodes' trickle.
    private let release: String

    /// Starts the installation; `run` does the rest.
    /// - Parameter progress: Gets a line now and then.
    package init(
        _ settings: FaultRunSettings, programs: FleetPrograms, progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        self.settings = settings
        self.progress = progress
        let site = try await FaultSite(programs: programs, replicas: settings.replicas, isSecure: settings.isSecure)
        self.site = site
        release = site.folder.path("release")
        let start = SystemClock().now
        let each = max(1, settings.events / settings.nodes)
        var nodes: [NodeProcess] = []
        var plans: [EventPlan] = []
        for number in 0..<settings.nodes {
            let name = "node-\(number + 1)"
            let line = try FaultProxy(target: site.broker.port)
            plans.append(EventPlan(node: name, events: each, seed: settings.seed, start: start))
            var arguments = [
                "--broker", site.nodeBrokerURL(by: line), "--events", "\(each)", "--rate", "\(settings.rate / Double(settings.nodes))",
                "--seed", "\(settings.seed)", "--start", "\(start.microseconds)", "--release", release,
            ]
            if settings.trustsBroker { arguments.append("--trust-broker") }
            if settings.isSecure { arguments += ["--identity", site.dataFolder(of: name)] }
            nodes.append(
                NodeProcess(name: name, program: programs.fleet, folder: site.folder.path, arguments: arguments, brokerLine: line))
        }
        self.nodes = nodes
        self.plans = plans
        logs = plans.map { AcceptedLog(path: site.folder.path("\($0.node).accepted")) }
    }

    /// Runs the schedule, waits for everything to arrive, and judges. Everything is stopped when it returns.
    package func run() async throws -> FaultReport {
        do {
            let began = SystemClock().uptime
            try await site.startHubs()
            if settings.isSecure { _ = try await site.join(nodes.map(\.name)) }
            let clients = try await connectClients()
            for node in nodes { try node.start() }
            try await strike(clients)
            _ = FileManager.default.createFile(atPath: release, contents: nil)
            try await settle(clients)
            try await judge(clients)
            report.withLock { $0.seconds = SystemClock().uptime - began }
            for client in clients { client.stop() }
            await site.stop()
        } catch {
            for replica in site.replicas { progress("\(replica.name): \(replica.output.suffix(3000))") }
            await site.stop()
            throw error
        }
        return report.withLock { $0 }
    }

    private func connectClients() async throws -> [StreamClient] {
        let ports = site.replicas.map(\.port)
        let cookie = try await HubRequest.signIn(port: ports[0], password: FaultSite.password)
        var clients: [StreamClient] = []
        for (index, port) in ports.enumerated() {
            for number in 0..<settings.followers {
                clients.append(
                    StreamClient(
                        name: "follower-\(index + 1).\(number + 1)", ports: [port], cookie: cookie, seed: settings.seed &+ UInt64(number)))
            }
        }
        for number in 0..<settings.hoppers {
            clients.append(
                StreamClient(
                    name: "hopper-\(number + 1)", ports: ports, hops: 0.5...6, cookie: cookie, seed: settings.seed &+ 100 &+ UInt64(number))
            )
        }
        try await eventually("the streams to begin") { clients.allSatisfy { $0.cursor != nil } }
        return clients
    }

    // MARK: Striking

    private func strike(_ clients: [StreamClient]) async throws {
        let schedule = FaultSchedule(
            faults: settings.faults, nodes: settings.nodes, replicas: settings.replicas, seed: settings.seed)
        var generator = SeededGenerator(seed: settings.seed &+ 7)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for step in schedule.steps {
                let pause = Double.random(in: 0.1...1, using: &generator)
                try await Task.sleep(for: .seconds(pause))
                for fault in step where fault.kind.isOfNode { group.addTask { try await self.perform(fault) } }
                let shared = step.filter { !$0.kind.isOfNode }
                if shared.isEmpty { continue }
                let began = SystemClock().now
                try await withThrowingTaskGroup(of: Void.self) { pair in
                    for fault in shared { pair.addTask { try await self.perform(fault, measuring: shared.count == 1 ? clients : []) } }
                    try await pair.waitForAll()
                }
                try await flow(clients, since: max(began, SystemClock().now))
                let done = report.withLock { $0.faultCount }
                if done % 10 < shared.count {
                    progress("\(done) of \(schedule.count) faults, cursor \(clients.compactMap(\.cursor).max() ?? 0)")
                }
            }
            try await group.waitForAll()
        }
    }

    /// Waits until every follower sees events that are newer than a time. The limit only ends a broken run.
    private func flow(_ clients: [StreamClient], since time: Timestamp) async throws {
        try await eventually("events on every replica", timeout: .seconds(120)) {
            clients.allSatisfy { $0.freshest > time.microseconds }
        }
    }

    private func perform(_ fault: Fault, measuring clients: [StreamClient] = []) async throws {
        try await eventually("\(fault.victim) to be whole", timeout: .seconds(120)) {
            self.struck.withLock { $0.insert(fault.victim).inserted }
        }
        if fault.kind.isOfNode, try await nodes[fault.target].isDone() { throw FleetError("a node was done before the faults were") }
        switch fault.kind {
        case .hubKilled: try await killHub(fault, clients)
        case .brokerKilled: try await killBroker(fault, clients)
        default:
            try await begin(fault)
            try await Task.sleep(for: .seconds(fault.length))
            try await end(fault)
        }
        report.withLock { $0.faults[fault.kind, default: 0] += 1 }
        _ = struck.withLock { $0.remove(fault.victim) }
    }

    private func begin(_ fault: Fault) async throws {
        switch fault.kind {
        case .nodeKilled: await nodes[fault.target].kill()
        case .nodeStalled: nodes[fault.target].freeze(true)
        case .nodeCutOff: nodes[fault.target].brokerLine.set(.drop)
        case .hubStalled: site.replicas[fault.target].freeze(true)
        case .hubCutOff: site.replicas[fault.target].databaseLine.set(.drop)
        case .brokerStalled: site.broker.pause()
        case .databaseKilled: await site.postgres.kill()
        case .databaseStalled: await site.postgres.freeze(true)
        case .hubKilled, .brokerKilled: break
        }
    }

    private func end(_ fault: Fault) async throws {
        switch fault.kind {
        case .nodeKilled: try nodes[fault.target].start()
        case .nodeStalled: nodes[fault.target].freeze(false)
        case .nodeCutOff: nodes[fault.target].brokerLine.heal()
        case .hubStalled: site.replicas[fault.target].freeze(false)
        case .hubCutOff: site.replicas[fault.target].databaseLine.heal()
        case .brokerStalled: site.broker.resume()
        case .databaseKilled: try await site.postgres.start()
        case .databaseStalled: await site.postgres.freeze(false)
        case .hubKilled, .brokerKilled: break
        }
    }

    private func killHub(_ fault: Fault, _ clients: [StreamClient]) async throws {
        let replica = site.replicas[fault.target]
        let others = clients.filter { $0.name.hasPrefix("follower-") && !$0.name.hasPrefix("follower-\(fault.target + 1).") }
        let died = SystemClock().now
        await replica.kill()
        async let revival: Void = {
            try await Task.sleep(for: .seconds(fault.length))
            try replica.start()
        }()
        if !others.isEmpty {
            try await flow(others, since: died)
            let cover = SystemClock().now.seconds(since: died)
            report.withLock { $0.replicaCover.append(cover) }
        }
        try await revival
    }

    private func killBroker(_ fault: Fault, _ clients: [StreamClient]) async throws {
        await site.broker.kill()
        try await Task.sleep(for: .seconds(fault.length))
        try await site.broker.start()
        let back = SystemClock().now
        let followers = clients.filter { $0.name.hasPrefix("follower-") }
        if !followers.isEmpty {
            try await flow(followers, since: back)
            let cover = SystemClock().now.seconds(since: back)
            report.withLock { $0.brokerCover.append(cover) }
        }
    }

    // MARK: The end

    private func settle(_ clients: [StreamClient]) async throws {
        progress("all faults done; waiting for the rest to arrive")
        for node in nodes {
            try await eventually("\(node.name) to be acknowledged: \(node.output.suffix(1000))", timeout: .seconds(1800)) {
                try await node.isDone()
            }
        }
        try await eventually("the feed to be stamped", timeout: .seconds(120)) { try await self.site.settledCursor() != nil }
        guard let last = try await site.settledCursor() else { throw FleetError("the feed moved after its end") }
        for client in clients {
            try? await eventually("\(client.name) at \(last)", timeout: .seconds(60)) { client.cursor == last }
        }
    }

    private func judge(_ clients: [StreamClient]) async throws {
        let stored = try await site.stored()
        var wanted: [EventID: Int64] = [:]
        var accepted: [EventID: Int64] = [:]
        var revisions = 0
        for plan in plans { for event in 0..<plan.events { wanted[plan.id(of: event)] = plan.lastRevision(of: event) } }
        for log in logs {
            for entry in try log.read() {
                accepted[entry.id] = max(entry.rev, accepted[entry.id] ?? 0)
                revisions += 1
            }
        }
        var broken: [String] = []
        if accepted != wanted { broken.append("the nodes accepted \(accepted.count) events and should have made \(wanted.count)") }
        for client in clients {
            let record = client.record
            broken += record.faults.map { "\(client.name): \($0)" }
            let missing = accepted.count { record.revisions[$0.key] != $0.value }
            if missing > 0 { broken.append("\(client.name) has not seen the last revision of \(missing) events") }
        }
        for replica in site.replicas {
            let (status, output) = try await replica.check()
            if status != 0 { broken.append("\(replica.name) check: \(output)") }
        }
        report.withLock { report in
            report.accepted = accepted.count
            report.revisions = revisions
            report.lost = accepted.count { stored[$0.key] != $0.value }
            report.foreign = stored.keys.count { wanted[$0] == nil }
            report.broken += broken
            for client in clients { report.connections[client.name] = client.connections }
        }
    }
}
