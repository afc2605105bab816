import Foundation
import Synchronization
import TestSupport

/// A browser's side of the event stream on a thread of its own: it reads, notes what it sees, and comes back with `Last-Event-ID`
/// after its connection has ended.
package final class StreamClient: Sendable {
    private struct State {
        var record = StreamRecord()
        var isConnected = false
        var connections = 0
        var stopped = false
    }

    private struct Resumption {
        let cursor: Int64?
    }

    package let name: String
    private let state: Mutex<State>

    /// - Parameters:
    ///   - ports: Where hubs listen. A client with one stays on its connection as long as that lasts.
    ///   - hops: Seconds after which it leaves by itself, and comes back to any of the ports; nil stays.
    ///   - cookie: Of a session, as `name=value`.
    package init(name: String, ports: [Int], hops: ClosedRange<Double>? = nil, cookie: String, seed: UInt64) {
        self.name = name
        let state = Mutex(State())
        self.state = state
        // The thread holds no strong reference while it waits, so that the client ends with its owner.
        let thread = Thread { [weak self] in
            var generator = SeededGenerator(seed: seed)
            while let work = self?.next(), let port = ports.randomElement(using: &generator) {
                let until = hops.map { Date().addingTimeInterval(Double.random(in: $0, using: &generator)) } ?? .distantFuture
                if let connection = LoopbackConnection(port: port, patience: 1) {
                    Self.follow(connection, port: port, cookie: cookie, after: work.cursor, until: until) { self?.take($0) ?? false }
                    self?.disconnected()
                }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    package var record: StreamRecord { state.withLock { $0.record } }
    package var cursor: Int64? { state.withLock { $0.record.cursor } }
    package var freshest: Int64 { state.withLock { $0.record.freshest } }
    package var isConnected: Bool { state.withLock { $0.isConnected } }
    package var connections: Int { state.withLock { $0.connections } }

    /// Ends the client, at the latest a second later.
    package func stop() { state.withLock { $0.stopped = true } }

    /// Where to go on from; nil when the client was stopped.
    private func next() -> Resumption? { state.withLock { $0.stopped ? nil : Resumption(cursor: $0.record.cursor) } }

    private func disconnected() { state.withLock { $0.isConnected = false } }

    /// False when the client was stopped.
    private func take(_ messages: [StreamReader.Message]) -> Bool {
        state.withLock { state in
            if !messages.isEmpty, !state.isConnected {
                state.isConnected = true
                state.connections += 1
            }
            for message in messages { state.record.take(message) }
            return !state.stopped
        }
    }

    private static func follow(
        _ connection: LoopbackConnection, port: Int, cookie: String, after cursor: Int64?, until: Date,
        take: ([StreamReader.Message]) -> Bool
    ) {
        var head = "GET /events/stream HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nCookie: \(cookie)\r\nAccept: text/event-stream\r\n"
        if let cursor { head += "Last-Event-ID: \(cursor)\r\n" }
        guard connection.send(head + "\r\n") else { return }
        var response = HTTPResponseReader()
        var reader = StreamReader()
        while Date() < until, let bytes = connection.receive() {
            let body = response.take(bytes)
            if response.hasHead, response.status != 200 { return }
            guard take(reader.take(body)), !response.isOver else { return }
        }
    }
}
