import Base
import Foundation
import GRDB
import Logging
import Protocol
import TestSupport

@testable import EdgeNode

/// An outbox in a folder of its own, under a clock that the test moves.
final class OutboxFixture: Sendable {
    let folder: TemporaryDirectory
    let clock = ManualClock(uptime: 1000)
    let metrics = Metrics()
    let path: String

    init() throws {
        folder = try TemporaryDirectory("outbox")
        path = folder.path("outbox.sqlite")
    }

    func outbox(node: String = "porch", maximum: Int = 1000) -> Outbox {
        Outbox(
            OutboxConfiguration(path: path, node: node, site: "home", maximumEvents: maximum), clock: clock, metrics: metrics,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// A draft of a moment, unless it is left open.
    func draft(_ severity: Severity = .info, id: EventID? = nil, rev: Int64 = 1, open: Bool = false, payload: String = "{}") -> DraftEvent {
        DraftEvent(
            id: id ?? EventID(at: clock.now), rev: rev, sourceID: "porch-cam", type: "motion", severity: severity, ts: clock.now,
            endTS: open ? nil : clock.now, payload: Array(payload.utf8))
    }

    /// Works on the file beside the outbox, as nobody but a test may.
    func sql<T: Sendable>(_ body: @Sendable (Database) throws -> T) throws -> T {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.write(body)
    }
}

extension Outbox {
    /// All rows of both lanes that wait.
    func allUnsent() throws -> [OutboxRow] {
        try OutboxLane.allCases.flatMap { try unsent($0, after: 0, rows: 100_000, bytes: .max).rows }.sorted { $0.position < $1.position }
    }
}

extension OutboxRow {
    var event: Event { get throws { try Event(body: body) } }
}
