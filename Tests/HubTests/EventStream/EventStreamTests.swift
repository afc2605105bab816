import Base
import Foundation
import HTTPTypes
import Hub
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Protocol
import ServiceLifecycle
import Settings
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct EventStreamTests {
    @Test("A new stream says that it is connected, and brings what is published then")
    func live() async throws {
        let fixture = try await WebFixture()
        for number in 1...3 { fixture.store.add(try fixture.event(number)) }
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { client in
            try await StreamClient.open(port: try #require(client.port), path: "/events/stream", cookie: cookie) { readUntil in
                let head = try await readUntil("\n\n")
                #expect(head.contains("Content-Type: text/event-stream; charset=utf-8"))
                let text = try await readUntil("{\"account\":\"admin\",\"cursor\":3}\n\n")
                #expect(text.contains("event: connected\nid: 3\n"))
                try await eventually("a subscriber") { fixture.metrics.value("vigilar_stream_subscribers") == 1 }
                fixture.stream.publish([fixture.store.add(try fixture.event(4)), fixture.store.add(try fixture.event(5))])
                let ids5 = try await readUntil.ids(through: 5)
                #expect(ids5 == [4, 5])
            }
            try await eventually("the subscriber to go") { fixture.metrics.value("vigilar_stream_subscribers") == 0 }
        }
    }

    @Test(
        "A stream that resumes gets everything after its last event once, from the store, from memory and live", arguments: [0, 150, 2990])
    func resumes(_ last: Int64) async throws {
        let fixture = try await WebFixture()
        for number in 1...150 { fixture.store.add(try fixture.event(number)) }
        _ = fixture.stream.begin(at: 150)
        for number in 151...3000 { fixture.stream.publish([fixture.store.add(try fixture.event(number))]) }
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { client in
            // The header of a reconnecting browser wins over the address that it first opened.
            try await StreamClient.open(
                port: try #require(client.port), path: "/events/stream?last_event_id=7", cookie: cookie, headers: ["Last-Event-ID: \(last)"]
            ) { readUntil in
                _ = try await readUntil("event: connected\nid: \(last)\n")
                for number in 3001...3010 { fixture.stream.publish([fixture.store.add(try fixture.event(number))]) }
                let ids3010 = try await readUntil.ids(through: 3010)
                #expect(ids3010 == Array(last + 1...3010))
            }
        }
    }

    @Test("A resume with live traffic all the while has no hole and no double")
    func joinsUnderLoad() async throws {
        let fixture = try await WebFixture()
        for number in 1...2000 { fixture.store.add(try fixture.event(number)) }
        _ = fixture.stream.begin(at: 2000)
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { client in
            let port = try #require(client.port)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 2001...4000 {
                        fixture.stream.publish([fixture.store.add(try fixture.event(number))])
                        if number % 20 == 0 { try await Task.sleep(for: .milliseconds(1)) }
                    }
                }
                for _ in 0..<8 {
                    group.addTask {
                        try await StreamClient.open(port: port, path: "/events/stream?last_event_id=0", cookie: cookie) { readUntil in
                            let ids4000 = try await readUntil.ids(through: 4000)
                            #expect(ids4000 == Array(1...4000))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("What cannot be resumed is reset to the present", arguments: ["garbage", "99", "-3"])
    func reset(_ last: String) async throws {
        let fixture = try await WebFixture()
        for number in 1...12 { fixture.store.add(try fixture.event(number)) }
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { client in
            try await StreamClient.open(
                port: try #require(client.port), path: "/events/stream", cookie: cookie, headers: ["Last-Event-ID: \(last)"]
            ) { readUntil in
                let text = try await readUntil("event: reset\nid: 12\n")
                #expect(text.contains("event: connected\n"))
                fixture.stream.publish([fixture.store.add(try fixture.event(13))])
                let ids13 = try await readUntil.ids(through: 13)
                #expect(ids13 == [13])
            }
        }
    }

    @Test("A filter lets through what it names, replayed and live")
    func filtered() async throws {
        let fixture = try await WebFixture()
        let severities: [Severity] = [.info, .warning, .alarm]
        for number in 1...9 {
            fixture.store.add(
                try fixture.event(number, camera: number % 2 == 0 ? "even" : "odd", type: "person", severity: severities[number % 3]))
        }
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { client in
            let path = "/events/stream?last_event_id=0&camera=odd,other&type=person&min_severity=warning&site=home"
            try await StreamClient.open(port: try #require(client.port), path: path, cookie: cookie) { readUntil in
                let ids7 = try await readUntil.ids(through: 7)
                #expect(ids7 == [1, 5, 7])
                for number in 10...13 {
                    fixture.stream.publish([
                        fixture.store.add(
                            try fixture.event(number, camera: number % 2 == 0 ? "even" : "odd", type: "person", severity: .alarm))
                    ])
                }
                let ids13 = try await readUntil.ids(through: 13)
                #expect(ids13 == [1, 5, 7, 11, 13])
            }
            let bad = HTTPFields([HTTPField(name: .cookie, value: cookie)])
            try await client.execute(uri: "/events/stream?min_severity=worst", method: .get, headers: bad) {
                #expect($0.status == .badRequest)
            }
        }
    }

    @Test("A stream whose replay fails ends with its connection, and leaves nothing behind")
    func replayFails() async throws {
        let fixture = try await WebFixture()
        for number in 1...150 { fixture.store.add(try fixture.event(number)) }
        _ = fixture.stream.begin(at: 150)
        fixture.store.contents.withLock { $0.isFeedAway = true }
        let cookie = try await fixture.cookie()
        try await fixture.app.test(.live) { client in
            let path = "/events/stream?last_event_id=0"
            try await StreamClient.open(port: try #require(client.port), path: path, cookie: cookie) { readUntil in
                // Not the end of a chunked answer, after which the connection would be used again with the stream still on it.
                let error = await #expect(throws: StreamClient.Ended.self) { _ = try await readUntil("\r\n0\r\n\r\n") }
                #expect(error != nil)
            }
            try await eventually("the subscriber to go") { fixture.metrics.value("vigilar_stream_subscribers") == 0 }
        }
    }

    @Test("A stream ends with its session")
    func sessionEnds() async throws {
        let fixture = try await WebFixture()
        let cookie = try await fixture.cookie()
        let token = try #require(SessionToken(String(cookie.dropFirst("vigilar_session=".count))))
        try await fixture.app.test(.live) { client in
            try await StreamClient.open(port: try #require(client.port), path: "/events/stream", cookie: cookie) { readUntil in
                _ = try await readUntil("event: connected")
                try await eventually("a subscriber") { fixture.metrics.value("vigilar_stream_subscribers") == 1 }
                fixture.stream.end(session: token.hash)
                // The end of a chunked answer: the stream was ended, not cut.
                _ = try await readUntil("\r\n0\r\n\r\n")
            }
        }
    }

    @Test("A client that does not read is dropped alone")
    func slowClient() async throws {
        let fixture = try await WebFixture()
        let cookie = try await fixture.cookie()
        let padding = String(repeating: "x", count: 40_000)
        try await fixture.app.test(.live) { client in
            let port = try #require(client.port)
            try await StreamClient.open(port: port, path: "/events/stream", cookie: cookie, isReading: false) { _ in
                try await StreamClient.open(port: port, path: "/events/stream", cookie: cookie) { quick in
                    _ = try await quick("event: connected")
                    try await eventually("both subscribers") { fixture.metrics.value("vigilar_stream_subscribers") == 2 }
                    var number = 0
                    try await eventually("the slow one to be dropped") {
                        for _ in 0..<5 {
                            number += 1
                            fixture.stream.publish([fixture.store.add(try fixture.event(number, payload: "{\"pad\":\"\(padding)\"}"))])
                        }
                        _ = try await quick("\nid: \(number)\n")
                        return fixture.metrics.value("vigilar_stream_dropped_total") == 1
                    }
                    let ids = try await quick.ids(through: Int64(number))
                    #expect(ids.count == number)
                }
            }
        }
    }

    @Test("A hub that stops ends its open streams and waits for none of them", .timeLimit(.minutes(10)))
    func stops() async throws {
        let fixture = try await WebFixture()
        let cookie = try await fixture.cookie()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let web = WebApplication(fixture.dependencies, listeners: [WebListener(HostAndPort(host: "127.0.0.1", port: 0))])
        let group = ServiceGroup(configuration: .init(services: [fixture.stream, web], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the web server") { web.boundPort != nil }
            try await StreamClient.open(port: try #require(web.boundPort), path: "/events/stream", cookie: cookie) { readUntil in
                try await readUntil("event: connected")
                try await eventually("a subscriber") { fixture.metrics.value("vigilar_stream_subscribers") == 1 }
                await group.triggerGracefulShutdown()
                try await readUntil("\r\n0\r\n\r\n")
                try await tasks.waitForAll()
            }
        }
        #expect(fixture.metrics.value("vigilar_stream_subscribers") == 0)
    }

    @Test("Without the store a new stream is told to come back")
    func storeAway() async throws {
        let fixture = try await WebFixture()
        let cookie = try await fixture.cookie()
        fixture.store.isAway = true
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/events/stream", method: .get, headers: HTTPFields([HTTPField(name: .cookie, value: cookie)])) {
                #expect($0.status == .serviceUnavailable)
                #expect($0.headers[.retryAfter] == "2")
            }
        }
    }
}
