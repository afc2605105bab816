import Base
import Crypto
import Foundation
import HTTPTypes
import Logging
import Protocol
import TestSupport
import Testing

@testable import Hub

/// What becomes of a message on its way to a browser.
@Suite struct PushSenderTests {
    private static let session = [UInt8](repeating: 1, count: 32)

    /// A hub's part that sends, with one account that is signed in.
    private struct Site {
        let store: SQLiteStore
        let clock = ManualClock()
        let metrics = Metrics()
        let log = LogRecord()
        let sender: PushSender
        let folder: TemporaryDirectory

        init(limit: Int = 1000) async throws {
            folder = try TemporaryDirectory("push")
            store = try await SQLiteStore.open(path: folder.path("hub.sqlite"))
            let log = log
            sender = PushSender(
                store: store, sealing: SecretSealing(seal: { secret, _ in secret }, open: { box, _ in box }),
                client: PushClient(allowsPrivate: true), contact: "https://hub.test", clock: clock, metrics: metrics,
                logger: Logger(label: "test") { _ in log.handler }, limit: limit)
            try await store.upsertAccount(AccountRecord(name: "ann", grants: [], passwordHash: "one"))
            let record = SessionRecord(
                tokenHash: PushSenderTests.session, account: "ann", grants: [], createdAt: clock.now,
                expiresAt: clock.now.advanced(bySeconds: 86_400))
            #expect(try await store.addSession(record))
            // Browsers are told the key before they subscribe; one that is made later would take their subscriptions with it.
            _ = try await sender.keys.current()
        }

        /// The one browser as the store has it.
        func kept() async throws -> PushSubscription? {
            try await store.pushSubscriptions(of: "ann", at: clock.now).first
        }

        /// Sends while a test goes on.
        func running(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await body()
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    private static let message = PushMessage(title: "Front door", body: "Somebody is there.", path: "/events", tag: "door", life: 600)

    private static func withBrowser(
        _ body: @escaping @Sendable (Site, StubPushService, PushedBrowser, PushSubscription) async throws -> Void
    ) async throws {
        let site = try await Site()
        try await StubPushService.serving { service, origin in
            let browser = PushedBrowser()
            let subscription = browser.subscription(7, session: session, at: "\(origin)/push/a")
            #expect(try await site.store.addPushSubscription(subscription, at: site.clock.now) == .added)
            try await site.running { try await body(site, service, browser, subscription) }
        }
    }

    @Test func `A message comes to its browser, which alone can read it, from this installation and for this push service`() async throws {
        try await Self.withBrowser { site, service, browser, subscription in
            #expect(await site.sender.send(Self.message, to: subscription) == .sent)
            let request = try #require(service.received.first)
            #expect(try browser.open(request.body) == Self.message.json)
            #expect(throws: (any Error).self) { try PushedBrowser().open(request.body) }
            let message = try JSONObject(Self.message.json)
            #expect(message.string("title") == "Front door" && message.string("url") == "/events")

            let claims = try #require(VapidClaims(request.fields[.authorization] ?? ""))
            let key = try await site.sender.keys.current()
            #expect(claims.key == VapidToken.publicKey(key))
            #expect(subscription.endpoint.hasPrefix(claims.audience + "/") && claims.contact == "https://hub.test")
            let now = Int64(site.clock.now.secondsSince1970)
            #expect(claims.expires > now && claims.expires <= now + 86_400)
            for (name, value) in [
                ("TTL", "600"), ("Urgency", "high"), ("Content-Encoding", "aes128gcm"), ("Content-Type", "application/octet-stream"),
            ] {
                let field = try #require(HTTPField.Name(name))
                #expect(request.fields[field] == value, "\(name)")
            }

            try await eventually("it to be noted") { try await site.kept()?.sentAt == site.clock.now }
            #expect(site.metrics.value("vigilar_push_attempts_total", labels: [("outcome", "sent")]) == 1)
        }
    }

    @Test(arguments: [404, 410])
    func `A browser that its push service knows no more is forgotten`(_ status: Int) async throws {
        try await Self.withBrowser { site, service, _, subscription in
            service.answer("/push/a", .init(status: .init(code: status)))
            #expect(await site.sender.send(Self.message, to: subscription) == .gone)
            try await eventually("it to be forgotten") { try await site.kept() == nil }
        }
    }

    @Test(arguments: [429, 500, 503])
    func `What a push service does not take now it is sent again, when it wants it`(_ status: Int) async throws {
        try await Self.withBrowser { site, service, browser, subscription in
            service.answer("/push/a", .init(status: .init(code: status), fields: [.retryAfter: "60"]))
            guard case .delayed(let words) = await site.sender.send(Self.message, to: subscription) else {
                Issue.record("it was not delayed")
                return
            }
            #expect(words.contains("\(status)"))
            #expect(site.metrics.value("vigilar_push_waiting") == 1)
            site.clock.advance(by: 61)
            try await eventually("the second attempt") { try await site.kept()?.sentAt == site.clock.now }
            #expect(service.received.count == 2)
            #expect(try browser.open(service.received[1].body) == Self.message.json)
            try await eventually("nothing to wait") { site.metrics.value("vigilar_push_waiting") == 0 }
        }
    }

    @Test(arguments: [true, false])
    func `What waits to be sent again is not sent where the notifications were turned off or the session has ended`(
        _ isTurnedOff: Bool
    ) async throws {
        try await Self.withBrowser { site, service, _, subscription in
            service.answer("/push/a", .init(status: .serviceUnavailable))
            guard case .delayed = await site.sender.send(Self.message, to: subscription) else {
                Issue.record("it was not delayed")
                return
            }
            if isTurnedOff {
                #expect(try await site.store.deletePushSubscription(subscription.id, of: "ann"))
            } else {
                #expect(try await site.store.deleteSession(tokenHash: Self.session, of: "ann"))
            }
            site.clock.advance(by: 10)
            try await eventually("nothing to wait") { site.metrics.value("vigilar_push_waiting") == 0 }
            #expect(service.received.count == 1)
        }
    }

    @Test func `What would be sent too late is given up, and noted with the browser`() async throws {
        try await Self.withBrowser { site, service, _, subscription in
            service.answer("/push/a", .init(status: .serviceUnavailable, fields: [.retryAfter: "3600"]))
            guard case .delayed = await site.sender.send(Self.message, to: subscription) else {
                Issue.record("it was not delayed")
                return
            }
            try await eventually("it to be noted") { try await site.kept()?.failures == 1 }
            #expect(site.metrics.value("vigilar_push_dropped_total") == 1)
            #expect(try await site.kept()?.sentAt == nil)
        }
    }

    @Test(arguments: [429, 503])
    func `What is sent once is not sent again, and whoever asked is told so`(_ status: Int) async throws {
        try await Self.withBrowser { site, service, _, subscription in
            service.answer("/push/a", .init(status: .init(code: status)))
            guard case .refused(let words) = await site.sender.send(Self.message, to: subscription, isRetried: false) else {
                Issue.record("it was not refused")
                return
            }
            #expect(words.contains("not tried again") && words.contains("\(status)"))
            #expect(site.metrics.value("vigilar_push_waiting") == 0)
            #expect(site.metrics.value("vigilar_push_attempts_total", labels: [("outcome", "delayed")]) == 1)
            site.clock.advance(by: 500)
            #expect(await site.sender.send(Self.message, to: subscription) == .sent)
            #expect(service.received.count == 2)
        }
    }

    @Test func `Of one browser no more than four wait, another one's are taken, and what became old is told and counted`() async throws {
        let site = try await Site()
        let (sender, browser) = (site.sender, PushedBrowser())
        let one = browser.subscription(1, session: Self.session, at: "http://127.0.0.1:1/push/a")
        let other = browser.subscription(2, session: Self.session, at: "http://127.0.0.1:1/push/b")
        let asked = (0..<5).map { _ in Task { await sender.send(Self.message, to: one) } }
        try await eventually("four to wait and one to be dropped") {
            site.metrics.value("vigilar_push_waiting") == 4 && site.metrics.value("vigilar_push_dropped_total") == 1
        }
        let another = Task { await sender.send(Self.message, to: other) }
        try await eventually("another one's to wait") { site.metrics.value("vigilar_push_waiting") == 5 }
        site.clock.advance(by: 600)
        try await site.running {
            try await eventually("all to be old") { site.metrics.value("vigilar_push_dropped_total") == 6 }
            for task in asked + [another] {
                guard case .refused = await task.value else {
                    Issue.record("it was sent")
                    return
                }
            }
        }
        #expect(site.metrics.value("vigilar_push_waiting") == 0)
    }

    @Test func `A refusal is final, told in the push service's own words, and a redirection is one`() async throws {
        try await Self.withBrowser { site, service, _, subscription in
            service.answer(
                "/push/a", .init(status: .forbidden, text: "{\"reason\":\n\"BadJwtToken\"}"),
                .init(status: .temporaryRedirect, fields: [.location: "/push/b"]))
            #expect(
                await site.sender.send(Self.message, to: subscription)
                    == .refused("The push service refuses the message (403): {\"reason\": \"BadJwtToken\"}"))
            #expect(await site.sender.send(Self.message, to: subscription) == .refused("The push service refuses the message (307)"))
            #expect(service.received.map(\.path) == ["/push/a", "/push/a"])
            try await eventually("both to be noted") { try await site.kept()?.failures == 2 }
            // The address is the browser's secret.
            #expect(!site.log.text.contains("/push/a"))
        }
    }

    @Test func `A push service that is away is tried again, and one in a private network is not`() async throws {
        let site = try await Site()
        let browser = PushedBrowser()
        try await site.running {
            let away = browser.subscription(1, session: Self.session, at: "http://127.0.0.1:\(try FreePort.find())/push/a")
            guard case .delayed = await site.sender.send(Self.message, to: away) else {
                Issue.record("it was not delayed")
                return
            }
        }
        let careful = PushClient(allowsPrivate: false)
        await #expect(throws: PushError.self) { try await careful.post([1], to: "https://127.0.0.1:1/a") { _ in [] } }
        await #expect(throws: PushError.self) { try await careful.post([1], to: "http://127.0.0.1:1/a") { _ in [] } }
    }

    @Test func `No more wait than there is room for, and who waits when the hub stops is told`() async throws {
        let site = try await Site(limit: 1)
        let subscription = PushedBrowser().subscription(1, session: Self.session, at: "http://127.0.0.1:1/push/a")
        async let first = site.sender.send(Self.message, to: subscription)
        try await eventually("the first to wait") { site.metrics.value("vigilar_push_waiting") == 1 }
        guard case .refused = await site.sender.send(Self.message, to: subscription) else {
            Issue.record("it was taken")
            return
        }
        #expect(site.metrics.value("vigilar_push_dropped_total") == 1)
        let stopping = Task { try await site.sender.run() }
        stopping.cancel()
        _ = await first
        try await stopping.value
        guard case .refused = await site.sender.send(Self.message, to: subscription) else {
            Issue.record("it was taken after the end")
            return
        }
    }

    @Test func `A key that cannot be opened stays, with the subscriptions, and the log says what to do`() async throws {
        let site = try await Site()
        let key = try await site.sender.keys.current()
        let stored = try await site.store.pushKey()
        #expect(try await site.sender.keys.current().rawRepresentation == key.rawRepresentation)
        let subscription = PushedBrowser().subscription(1, session: Self.session, at: "http://127.0.0.1:1/push/a")
        #expect(try await site.store.addPushSubscription(subscription, at: site.clock.now) == .added)
        let log = site.log
        let blind = VapidKeys(
            store: site.store, sealing: SecretSealing(seal: { secret, _ in secret }, open: { _, _ in nil }),
            logger: Logger(label: "test") { _ in log.handler })
        let error = await #expect(throws: PushError.self) { try await blind.current() }
        #expect(error?.code == .keys)
        #expect(Problem(push: try #require(error)).kind == "notifications-off")
        #expect(site.log.text.contains("trust folder"))
        #expect(try await site.store.pushKey() == stored)
        #expect(try await site.kept()?.id == subscription.id)
    }
}
