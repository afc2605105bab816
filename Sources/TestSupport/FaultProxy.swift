import Foundation
import Synchronization

/// A TCP proxy on loopback between a client and a server, which can break the line in the ways that networks do. Before several servers it is
/// a load balancer that gives each of them one connection after the other.
///
/// One thread per connection and direction; meant for tests with at most some hundred connections.
package final class FaultProxy: Sendable {
    /// No port could be had.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// How the line behaves, for open connections and for new ones.
    package enum Mode: Sendable, Hashable {
        /// Everything passes.
        case pass
        /// Everything passes, each piece this many milliseconds late.
        case delay(milliseconds: Int)
        /// Connections stay open, and are accepted, and what either side sends is swallowed: the half-open line.
        case drop
        /// Open connections are closed and new ones closed at once.
        case cut
    }

    /// Where a server is.
    package struct Target: Sendable {
        /// An IPv4 address of loopback.
        package var host: String
        package var port: Int

        package init(host: String = "127.0.0.1", port: Int) {
            self.host = host
            self.port = port
        }
    }

    private struct State {
        var mode = Mode.pass
        /// Both ends of every open connection.
        var links: [Int: (client: Int32, server: Int32)] = [:]
        var nextLink = 0
        var stopped = false
        var accepted = 0
        var dropped = 0
    }

    /// Where clients connect, on 127.0.0.1.
    package let port: Int
    private let targets: [Target]
    private let listener: Int32
    private let state: Mutex<State>

    /// Starts to forward from a free port.
    /// - Parameter target: The server's port on 127.0.0.1; it need not be there yet.
    /// - Throws: `Failure`.
    package convenience init(target: Int) throws { try self.init(targets: [Target(port: target)]) }

    /// Starts to forward from a free port, each connection to the next of some servers.
    /// - Parameter targets: At least one; they need not be there yet.
    /// - Throws: `Failure`.
    package init(targets: [Target]) throws {
        guard let (descriptor, port) = LoopbackSocket.listen() else { throw Failure(description: "no free port for a proxy") }
        self.port = port
        listener = descriptor
        self.targets = targets
        state = Mutex(State())
        // The thread holds no strong reference while it sleeps in `accept`, so that the proxy goes away with its owner.
        let thread = Thread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard let self, client >= 0 else {
                    if client >= 0 { close(client) }
                    close(descriptor)
                    return
                }
                self.open(client)
            }
        }
        thread.stackSize = 1 << 18
        thread.start()
    }

    deinit { stop() }

    /// Connections accepted so far.
    package var accepted: Int { state.withLock { $0.accepted } }

    /// Bytes swallowed so far.
    package var droppedBytes: Int { state.withLock { $0.dropped } }

    package var mode: Mode { state.withLock { $0.mode } }

    /// Changes the line's behaviour from now on.
    package func set(_ mode: Mode) {
        state.withLock { state in
            state.mode = mode
            if mode == .cut { Self.shutAll(&state) }
        }
    }

    /// Back to a good line. Connections that swallowed bytes have holes in their streams: they are cut, as their ends would find out
    /// sooner or later.
    package func heal() {
        state.withLock { state in
            if state.mode == .drop { Self.shutAll(&state) }
            state.mode = .pass
        }
    }

    /// Closes the open connections once; new ones are welcome.
    package func cutOnce() { state.withLock { Self.shutAll(&$0) } }

    /// Ends the proxy and all its connections.
    package func stop() {
        let first = state.withLock { state in
            defer { state.stopped = true }
            state.mode = .cut
            Self.shutAll(&state)
            return !state.stopped
        }
        // Wakes the thread in `accept`, which closes the descriptor.
        if first { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    private static func shutAll(_ state: inout State) {
        for link in state.links.values {
            shutdown(link.client, Int32(SHUT_RDWR))
            shutdown(link.server, Int32(SHUT_RDWR))
        }
    }

    private func open(_ client: Int32) {
        LoopbackSocket.setNoDelay(client)
        let (mode, target) = state.withLock { state in
            state.accepted += 1
            return (state.mode, targets[(state.accepted - 1) % targets.count])
        }
        guard mode != .cut, let server = LoopbackSocket.connect(host: target.host, port: target.port) else {
            close(client)
            return
        }
        let link = state.withLock { state in
            state.nextLink += 1
            state.links[state.nextLink] = (client, server)
            if state.mode == .cut { Self.shutAll(&state) }
            return state.nextLink
        }
        let remaining = Remaining(2)
        for (from, to) in [(client, server), (server, client)] {
            let thread = Thread { [self] in
                pump(from: from, to: to)
                if remaining.countDown() { retire(link: link) }
            }
            thread.stackSize = 1 << 18
            thread.start()
        }
    }

    /// Forwards one direction until either end closes.
    private func pump(from: Int32, to: Int32) {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(from, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            let mode = state.withLock { state in
                if state.mode == .drop { state.dropped += count }
                return state.mode
            }
            if mode == .drop { continue }
            if case .delay(let milliseconds) = mode { usleep(UInt32(clamping: milliseconds * 1000)) }
            var sent = 0
            while sent < count {
                let part = buffer[sent..<count].withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if part < 0, errno == EINTR { continue }
                guard part > 0 else { break }
                sent += part
            }
            if sent < count { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    /// Closed under the lock, so that `shutAll` never meets a number that belongs to somebody else by then.
    private func retire(link: Int) {
        state.withLock { state in
            guard let (client, server) = state.links.removeValue(forKey: link) else { return }
            close(client)
            close(server)
        }
    }

    /// Counts the directions of one connection that still run.
    private final class Remaining: Sendable {
        private let count: Atomic<Int>

        init(_ count: Int) { self.count = Atomic(count) }

        /// True for the last one.
        func countDown() -> Bool { count.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
    }
}
