import Base
import Foundation
import GRDB
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The adapters that the conformance suite runs over.
enum StoreKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, postgres

    var testDescription: String { rawValue }
}

/// A store on an empty database, with a way around the port for planting damage.
final class StoreFixture: Sendable {
    let store: any HubStore
    /// Where the database is: a file's path or a URL.
    let place: String
    let kind: StoreKind
    private let directory: TemporaryDirectory?

    private init(store: any HubStore, place: String, kind: StoreKind, directory: TemporaryDirectory?) {
        self.store = store
        self.place = place
        self.kind = kind
        self.directory = directory
    }

    static func open(_ kind: StoreKind) async throws -> StoreFixture {
        switch kind {
        case .sqlite:
            let directory = try TemporaryDirectory("store")
            let path = directory.path("hub.sqlite")
            return StoreFixture(store: try await SQLiteStore.open(path: path), place: path, kind: kind, directory: directory)
        case .postgres:
            let url = try await PostgresCluster.shared().makeDatabase()
            return StoreFixture(store: try await PostgresStore.open(url: url), place: url, kind: kind, directory: nil)
        }
    }

    /// The store of a second replica on the same database. SQLite serves one hub, whose parts compete as well: it is the same store.
    func replica() async throws -> any HubStore {
        switch kind {
        case .sqlite: store
        case .postgres:
            // Two connections are enough for a race, and all tests share one server.
            try await PostgresStore.open(PostgresStore.configuration(url: place), connections: 2, schema: PostgresMigrations.latest)
        }
    }

    /// To be called by `defer`: it keeps the fixture, and with it the database's folder, for as long as the test runs.
    func close() {}

    /// Runs SQL behind the store's back.
    func execute(_ sql: String) async throws {
        switch store {
        case let store as SQLiteStore: try await store.write { try $0.execute(sql: sql) }
        case let store as PostgresStore: try await store.script(sql)
        default: break
        }
    }
}

/// Makes events whose `seq` counts up.
struct EventMaker {
    var node = "porch"
    var epoch = "e1"
    var seq: Int64 = 0
    static let noon = Timestamp(rfc3339: "2026-11-23T12:00:00Z")!
    /// A moment that every store has prepared.
    let start: Timestamp

    init(node: String = "porch", epoch: String = "e1", start: Timestamp? = nil) {
        self.node = node
        self.epoch = epoch
        self.start = start ?? SystemClock().now
    }

    mutating func event(
        id: EventID? = nil, rev: Int64 = 1, seq: Int64? = nil, site: String = "home", camera: String = "porch-cam", type: String = "motion",
        severity: Severity = .info, ts: Timestamp? = nil, payload: String = "{}", v: Int = 1
    ) throws -> Event {
        self.seq += 1
        let time = ts ?? start
        let event = try Event(
            id: id ?? EventID(at: time), rev: rev, node: node, epoch: epoch, seq: seq ?? self.seq, site: site, sourceID: camera, type: type,
            severity: severity, ts: time, endTS: nil, payload: Array(payload.utf8))
        guard v != 1 else { return event }
        let text = String(decoding: event.body, as: UTF8.self).replacingOccurrences(of: "{\"v\":1,", with: "{\"v\":\(v),\"future\":[1, 2],")
        return try Event(body: Array(text.utf8))
    }

    func batch(_ events: [Event], refused: [QuarantinedElement] = []) -> IngestBatch {
        IngestBatch(node: node, epoch: epoch, events: events, refused: refused, receivedAt: start)
    }
}

extension EventStore {
    /// Commits one batch.
    func ingest(_ batch: IngestBatch) async throws -> IngestOutcome {
        try await ingest([batch])[0]
    }

    /// Stamps all that is committed, as a sequencer of its own.
    func stampAll(holder: String = "test") async throws -> [PublishedEvent] {
        guard let lease = try await acquireLease("sequencer", holder: holder, seconds: 30) else { return [] }
        var all: [PublishedEvent] = []
        while true {
            let some = try await stampFeed(lease, limit: 100) ?? []
            if some.isEmpty { return all }
            all += some
        }
    }
}
