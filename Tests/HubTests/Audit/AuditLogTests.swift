import Base
import HTTPTypes
import Logging
import TestSupport
import Testing

@testable import Hub

@Suite struct AuditLogTests {
    private let store = MemoryStore()
    private let clock = ManualClock()
    private let metrics = Metrics()
    private let log = LogRecord()

    private func audit() -> AuditLog {
        let log = log
        return AuditLog(store: store, clock: clock, metrics: metrics, logger: Logger(label: "test") { _ in log.handler })
    }

    private func viewing(_ detail: String) -> AuditEntry {
        AuditEntry(
            at: clock.now, account: "ann", address: "::1", action: "GET /api/v1/cameras/{id}/video.mp4", object: "cam", detail: detail)
    }

    @Test func `A viewing is one line, however many requests a player makes of it`() async throws {
        let audit = audit()
        for _ in 0..<30 {
            await audit.addOnce(viewing("from 1"), of: [1])
            clock.advance(by: 10)
        }
        #expect(try await audit.entries(of: nil, before: nil, limit: 100).count == 1)
        await audit.addOnce(viewing("from 2"), of: [1])
        await audit.addOnce(viewing("from 1"), of: [2])
        clock.advance(by: 300)
        await audit.addOnce(viewing("from 1"), of: [1])
        #expect(try await audit.entries(of: nil, before: nil, limit: 100).map(\.detail) == ["from 1", "from 1", "from 2", "from 1"])
    }

    @Test func `Of what is refused on a route each of the first twenty objects is a line, and then no more for ten minutes`() async throws {
        let audit = audit()
        func refuse(_ object: String, _ action: String = "DELETE /api/v1/accounts/{name}", of session: UInt8 = 1) async {
            await audit.addOnce(
                AuditEntry(
                    at: clock.now, account: "ann", address: "::1", action: action, object: object, detail: "Not allowed", isRefused: true),
                of: [session], isOfManyObjects: true)
        }
        func objects() async throws -> [String] { try await audit.entries(of: nil, before: nil, limit: 100).reversed().map(\.object) }
        for number in 0..<30 {
            for _ in 0..<2 { await refuse("\(number)") }
            clock.advance(by: 10)
        }
        let first = (0..<20).map { "\($0)" }
        #expect(try await objects() == first)
        // Of another session, and of another route, they count by themselves.
        await refuse("0", of: 2)
        await refuse("0", "GET /api/v1/cameras/{id}/config")
        #expect(try await objects() == first + ["0", "0"])
        clock.advance(by: 300)
        await refuse("29")
        #expect(try await objects() == first + ["0", "0", "29"])
    }

    @Test func `What is remembered of viewings is bounded, and never costs a line`() async throws {
        let audit = audit()
        for number in 0..<2500 { await audit.addOnce(viewing("\(number)"), of: [1]) }
        #expect(try await audit.entries(of: nil, before: nil, limit: 5000).count == 2500)
    }

    @Test func `What a path or a query says is one line, turns nothing beside it, and has an end`() {
        #expect(AuditMiddleware.plain("a\u{202e}b\u{2066}c\u{200b}d\nf\u{2028}g\u{7}") == "a b c d f g ")
        #expect(AuditMiddleware.plain("Zoe\u{308} & Co") == "Zo\u{eb} & Co")
        #expect(AuditMiddleware.plain(String(repeating: "x", count: 5000)).count == 1000)
    }

    @Test func `A line that cannot be written is in the hub's log, and counted, and is written when it comes again`() async throws {
        let audit = audit()
        store.isAway = true
        await audit.addOnce(viewing("from 1"), of: [1])
        #expect(metrics.text().contains("vigilar_audit_lost_total 1"))
        for words in ["the audit log cannot be written", "ann", "from 1"] { #expect(log.text.contains(words)) }
        store.isAway = false
        await audit.addOnce(viewing("from 1"), of: [1])
        #expect(try await audit.entries(of: nil, before: nil, limit: 100).count == 1)
    }

    /// Routes are noted by their rule, so that a new one is; this holds what is said of them to the routes that there are.
    @Test func `Every route that is noted has words, and so has every command of the machine`() {
        var noted: Set<String> = []
        for (route, rule) in RouteRules.all {
            let words = route.split(separator: " ").map(String.init)
            guard let method = HTTPRequest.Method(words[0]), AuditMiddleware.isNoted(method, words[1], rule) else { continue }
            noted.insert(route)
        }
        // Written down as the list that names it.
        #expect(noted.remove("GET /api/v1/cameras/{id}/live/{part}") != nil)
        let others: Set = [
            "administrator",
            "sign-in", "account-made", "account-reset", "invite", "revoke", "admit", "camera_move", "node_resend", "account_reset",
            "screen-paired",
        ]
        #expect(noted.union(others) == Set(AuditWords.all.keys))
        for route in [
            "GET /api/v1/live", "GET /api/v1/cameras/{id}/video.mp4", "GET /api/v1/individuals/{id}/export", "DELETE /api/v1/session",
        ] {
            #expect(noted.contains(route), "\(route)")
        }
        for route in ["GET /api/v1/events", "GET /api/v1/recordings", "POST /api/v1/join", "PUT /api/v1/nodes/{node}/segments/{segment}"] {
            #expect(!noted.contains(route), "\(route)")
        }
    }
}
