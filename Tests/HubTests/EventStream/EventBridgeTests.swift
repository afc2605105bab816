import Base
import Hub
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Protocol
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@Suite struct EventBridgeTests {
    /// A broker whose subscriptions a test makes and breaks.
    final class Source: PublishedEventSource {
        let current = Mutex<AsyncStream<PublishedSignal>.Continuation?>(nil)
        func signals() -> AsyncStream<PublishedSignal> {
            AsyncStream(bufferingPolicy: .bufferingOldest(100)) { continuation in current.withLock { $0 = continuation } }
        }
        func send(_ signal: PublishedSignal) { current.withLock { _ = $0?.yield(signal) } }
    }

    private func withBridge(_ fixture: WebFixture, _ body: (Source) async throws -> Void) async throws {
        let source = Source()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let bridge = EventBridge(source: source, store: fixture.store, fanout: fixture.stream, readiness: fixture.readiness, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await bridge.run() }
            try await body(source)
            group.cancelAll()
        }
    }

    @Test("Events of the broker arrive, and holes are filled from the store")
    func fills() async throws {
        let fixture = try await WebFixture()
        fixture.store.add(try fixture.event(1))
        try await withBridge(fixture) { source in
            try await eventually("the stream to begin") { fixture.stream.head == 1 }
            source.send(.subscribed)
            try await eventually("the bridge to be ready") { fixture.readiness.message(.bridge) == nil }
            fixture.store.add(try fixture.event(2))
            source.send(.event(fixture.store.add(try fixture.event(3))))
            try await eventually("the hole to be filled") { fixture.stream.head == 3 }
            #expect(fixture.metrics.value("vigilar_stream_events_total") == 2)
        }
    }

    @Test("Without a broker the store is followed, and the page's notice says so")
    func withoutBroker() async throws {
        let fixture = try await WebFixture()
        try await withBridge(fixture) { source in
            try await eventually("the stream to begin") { fixture.stream.head == 0 }
            source.send(.lost("connection refused"))
            try await eventually("the problem") { fixture.readiness.message(.bridge)?.contains("connection refused") == true }
            for number in 1...450 { fixture.store.add(try fixture.event(number)) }
            try await eventually("the store to be followed") { fixture.stream.head == 450 }
            #expect(fixture.metrics.value("vigilar_stream_events_total") == 450)
        }
    }

    @Test("A store put back to an older state resets the browser that is connected, which then follows the new feed")
    func restored() async throws {
        let fixture = try await WebFixture()
        for number in 1...3 { fixture.store.add(try fixture.event(number)) }
        let cookie = try await fixture.cookie()
        try await withBridge(fixture) { source in
            try await eventually("the stream to begin") { fixture.stream.head == 3 }
            source.send(.subscribed)
            try await fixture.app.test(.live) { client in
                try await StreamClient.open(port: try #require(client.port), path: "/events/stream", cookie: cookie) { readUntil in
                    try await readUntil("event: connected\nid: 3\n")
                    try await eventually("a subscriber") { fixture.metrics.value("vigilar_stream_subscribers") == 1 }
                    source.send(.event(fixture.store.add(try fixture.event(4))))
                    try await readUntil("event: event\nid: 4\n")
                    fixture.store.contents.withLock { contents in
                        contents.feed.removeAll { $0.cursor > 2 }
                        contents.highest = 2
                    }
                    source.send(.subscribed)
                    try await readUntil("event: reset\nid: 2\n")
                    source.send(.event(fixture.store.add(try fixture.event(5))))
                    let ids = try await readUntil.ids(through: 3)
                    #expect(ids == [4, 3])
                }
            }
        }
    }

    @Test("A store that goes away is noted and its events come when it is back")
    func storeAway() async throws {
        let fixture = try await WebFixture()
        try await withBridge(fixture) { source in
            try await eventually("the stream to begin") { fixture.stream.head == 0 }
            source.send(.subscribed)
            try await eventually("the bridge to be ready") { fixture.readiness.message(.bridge) == nil }
            fixture.store.add(try fixture.event(1))
            let late = fixture.store.add(try fixture.event(2))
            fixture.store.isAway = true
            source.send(.event(late))
            try await eventually("the problem") { fixture.readiness.message(.bridge)?.contains("the store does not answer") == true }
            fixture.store.isAway = false
            try await eventually("both events") { fixture.stream.head == 2 }
            #expect(fixture.metrics.value("vigilar_stream_events_total") == 2)
        }
    }
}
