import Base
package import EdgeNode
import Foundation
package import Postgres
package import Protocol
package import Settings
package import TestSupport

/// A whole installation of separate processes on this machine: PostgreSQL, Mosquitto and hub replicas, with lines between them that
/// can be broken.
package final class FaultSite: Sendable {
    package static let password = "a long enough password"
    private static let hubUser = MosquittoServer.User("hub", "hub-secret")
    private static let nodeUser = MosquittoServer.User("node", "node-secret")

    package let postgres: PostgresCluster
    package let broker: MosquittoServer
    package let replicas: [HubReplica]
    package let folder: TemporaryDirectory
    /// Straight to the server, past the lines.
    package let databaseURL: String
    /// Whether nodes have to join, and everything but the database is reached over TLS.
    package let isSecure: Bool
    private let database: PostgresConnection

    /// Starts everything but the hubs.
    /// - Parameters:
    ///   - durable: Whether PostgreSQL waits for the disk. A killed server loses nothing either way.
    ///   - hasLines: Whether the hubs reach the database by way of their lines; without, nothing stands in the way of measuring.
    ///   - isSecure: Whether nodes have to join, and reach broker and hubs over TLS. Then the first hub is started as well: the broker needs
    ///     a certificate of its authority.
    ///   - brokerSettings: Further lines of the broker's configuration.
    package init(
        programs: FleetPrograms, replicas count: Int = 2, durable: Bool = false, hasLines: Bool = true, isSecure: Bool = false,
        brokerSettings: [String] = []
    ) async throws {
        self.isSecure = isSecure
        let folder = try TemporaryDirectory("faults")
        self.folder = folder
        let postgres = try await PostgresCluster.start(durable: durable)
        self.postgres = postgres
        let databaseURL = try await postgres.makeDatabase()
        self.databaseURL = databaseURL
        func replicas(broker: String, settings: (Int) -> [String: String]) throws -> [HubReplica] {
            try (1...count).map { number in
                let line = try FaultProxy(target: postgres.port)
                return try HubReplica(
                    name: "hub-\(number)", program: programs.hub, folder: folder.path,
                    database: hasLines
                        ? databaseURL.replacingOccurrences(of: ":\(postgres.port)/", with: ":\(line.port)/") : databaseURL,
                    databaseLine: line, broker: broker, password: Self.password, settings: settings(number))
            }
        }
        if isSecure {
            let plan = try SecureSitePlan(folder: folder.path, replicas: count)
            let made = try replicas(broker: plan.hubBroker) { plan.settings(replica: $0) }
            self.replicas = made
            try made[0].start()
            try await eventually("the hub's authority", timeout: .seconds(60)) { plan.isReady }
            broker = try await SecuredMosquitto.start(plan.places, settings: brokerSettings)
        } else {
            let broker = try await MosquittoServer(users: [Self.hubUser, Self.nodeUser], settings: brokerSettings)
            self.broker = broker
            self.replicas = try replicas(broker: broker.url(user: Self.hubUser.name)) { _ in [:] }
        }
        var configuration = PostgresConfiguration(url: databaseURL, applicationName: "fleet")
        configuration.answerTimeout = 120
        configuration.settings = ["idle_in_transaction_session_timeout = 0"]
        database = PostgresConnection(configuration)
    }

    /// Starts the hubs and waits until they are ready.
    package func startHubs() async throws {
        for replica in replicas where replica.pid == nil { try replica.start() }
        for replica in replicas {
            try await eventually("\(replica.name) to be ready: \(replica.output)", timeout: .seconds(60)) { await replica.isReady() }
        }
    }

    /// Where a node connects, by way of a line or straight. Where the site is secure it needs its identity as well.
    package func nodeBroker(by line: FaultProxy? = nil) -> BrokerURL {
        let port = line?.port ?? broker.port
        guard !isSecure else {
            var broker = BrokerURL(host: "127.0.0.1", port: port)
            broker.isSecure = true
            return broker
        }
        return BrokerURL(host: "127.0.0.1", port: port, username: Self.nodeUser.name, password: Redacted(Self.nodeUser.password))
    }

    /// The same as a URL.
    package func nodeBrokerURL(by line: FaultProxy) -> String {
        isSecure ? "mqtts://127.0.0.1:\(line.port)" : "mqtt://\(Self.nodeUser.name):\(Self.nodeUser.password)@127.0.0.1:\(line.port)"
    }

    /// Where a node that joins keeps what that brings.
    package func dataFolder(of node: String) -> String { folder.path("\(node).data") }

    /// Has nodes join, through one replica after the other. For secure sites, while the hubs run.
    /// - Returns: Their identities, in the same order.
    package func join(_ names: [String]) async throws -> [NodeIdentity] {
        var identities: [NodeIdentity] = []
        for (index, name) in names.enumerated() {
            let (address, invitation) = try await replicas[index % replicas.count].invite(name)
            identities.append(try await Joining.join(address: address, invitation: invitation, dataFolder: dataFolder(of: name)))
        }
        return identities
    }

    /// Asks the database, on a connection that is made again where need be.
    package func query(_ sql: String) async throws -> PostgresRows {
        try await database.open()
        return try await database.run(sql)
    }

    /// Runs SQL text, on the same connection.
    package func script(_ sql: String) async throws {
        try await database.open()
        try await database.script(sql)
    }

    /// Everything stored that nodes have made: the revision of each event. A hub makes events of its own about nodes that have joined.
    package func stored() async throws -> [EventID: Int64] {
        let rows = try await query("SELECT id, rev FROM events WHERE node <> 'hub'")
        var out: [EventID: Int64] = [:]
        for row in 0..<rows.count {
            let (high, low) = rows.uuid(row, 0)
            // The partitioned table's own key lets an id stand twice, in two months: that would show as a smaller dictionary.
            if out.updateValue(rows.int(row, 1), forKey: EventID(high: high, low: low)) != nil {
                throw FleetError("an event is stored twice")
            }
        }
        return out
    }

    /// The name of the replica that holds the sequencer's lease; nil while nobody does.
    package func sequencer() async throws -> HubReplica? {
        let rows = try await query("SELECT holder FROM leases WHERE name = 'sequencer' AND expires_at > clock_timestamp()")
        guard rows.count == 1 else { return nil }
        let holder = rows.text(0, 0)
        return replicas.first { $0.name == holder }
    }

    /// Counts the holders of the sequencer's lease.
    package func sequencerGeneration() async throws -> Int64 {
        try await query("SELECT generation FROM leases WHERE name = 'sequencer'").int(0, 0)
    }

    /// The last cursor, once nothing waits to be stamped; nil before.
    package func settledCursor() async throws -> Int64? {
        let rows = try await query("SELECT last_cursor, (SELECT count(*) FROM feed_pending) FROM feed_state")
        return rows.count == 1 && rows.int(0, 1) == 0 ? rows.int(0, 0) : nil
    }

    /// Whether everything that is stored has been stamped and published.
    package func isPublished() async throws -> Bool {
        guard let last = try await settledCursor() else { return false }
        return try await query("SELECT published_cursor FROM feed_state").int(0, 0) == last
    }

    /// Stops everything, hubs first.
    package func stop() async {
        for replica in replicas {
            replica.freeze(false)
            await replica.stop()
        }
        await database.close()
        await broker.stop()
        await postgres.stop()
    }
}
