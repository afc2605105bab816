import Base
import Hub
import Logging
import Synchronization
import TestSupport
import Testing

@Suite struct CameraClaimsTests {
    /// What a node was told, and how often rights changed.
    private final class Told: Sendable {
        let answers = Mutex<[String: [String: String]]>([:])
        let changes = Mutex(0)

        subscript(node: String) -> [String: String]? { answers.withLock { $0[node] } }
    }

    private struct Away: Error {}

    private func withClaims(_ body: (CameraClaims, SQLiteStore, Told) async throws -> Void) async throws {
        let folder = try TemporaryDirectory("claims")
        let store = try await SQLiteStore.open(path: folder.path("hub.sqlite"))
        let clock = ManualClock()
        for (number, name) in ["porch", "garden", "away"].enumerated() {
            let hash = [UInt8](repeating: UInt8(number), count: 32)
            try await store.addInvitation(
                InvitationRecord(
                    secretHash: hash, site: "home", node: name, createdAt: clock.now, expiresAt: clock.now.advanced(bySeconds: 60)))
            _ = try await store.redeemInvitation(secretHash: hash, keyFingerprint: name, sealingKey: "", at: clock.now)
        }
        let told = Told()
        let claims = CameraClaims(
            store: store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            tell: { node, owners in
                if node == "away" { throw Away() }
                told.answers.withLock { $0[node] = owners }
            }, changed: { told.changes.withLock { $0 += 1 } })
        let running = Task { try await claims.run() }
        try await body(claims, store, told)
        running.cancel()
        try await running.value
    }

    @Test("The first node that names a camera has it; the second is told whose it is, and its other cameras are its own")
    func firstComes() async throws {
        try await withClaims { claims, store, told in
            claims.announced(node: "porch", cameras: ["a", "b"])
            try await eventually { told["porch"] == ["a": "porch", "b": "porch"] }
            claims.announced(node: "garden", cameras: ["b", "c"])
            try await eventually { told["garden"] == ["b": "porch", "c": "garden"] }
            #expect(try await store.cameras().map { "\($0.id) \($0.node)" } == ["a porch", "b porch", "c garden"])
            #expect(told.changes.withLock { $0 } == 2)
        }
    }

    @Test("After a camera was moved both nodes learn it at their next word")
    func moved() async throws {
        try await withClaims { claims, store, told in
            claims.announced(node: "porch", cameras: ["a"])
            try await eventually { told["porch"] == ["a": "porch"] }
            #expect(try await store.moveCamera("a", to: "garden"))
            claims.announced(node: "porch", cameras: ["a"])
            claims.announced(node: "garden", cameras: ["a"])
            try await eventually { told["porch"] == ["a": "garden"] && told["garden"] == ["a": "garden"] }
        }
    }

    @Test("Nodes that never joined, names that are no ids, and nodes that do not answer hold nothing up")
    func strangers() async throws {
        try await withClaims { claims, store, told in
            claims.announced(node: "stranger", cameras: ["x"])
            claims.announced(node: "away", cameras: ["y"])
            claims.announced(node: "porch", cameras: ["A/#", "", "ok"])
            // Those that wait at the same moment are claimed in any order.
            try await eventually { told["porch"] == ["ok": "porch"] }
            try await eventually { try await store.cameras().map(\.id) == ["ok", "y"] }
            #expect(told["stranger"] == nil && told["away"] == nil)
        }
    }
}
