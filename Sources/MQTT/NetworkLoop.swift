private import Base
private import Glibc
private import Synchronization

/// The thread of one connection: connects, then reads and writes until the connection is over.
struct NetworkLoop {
    private let connection: Connection
    private let clock = SystemClock()
    private var lastHeard = 0.0
    private var lastChore = 0.0
    /// Seconds; the broker's wish if it has one. Zero switches keep-alive off.
    private var keepAlive: Int

    /// Seconds that a leaving connection waits for the answers to what it has sent.
    private static let farewell = 1.0

    init(_ connection: Connection) {
        self.connection = connection
        keepAlive = connection.configuration.keepAlive
    }

    func run() {
        var loop = self
        do {
            let handle = try Handle(connection.configuration)
            try handle.connect(connection.configuration)
            // Given up meanwhile: CONNECT is only queued yet, and must not take the session from the attempt that followed.
            guard connection.state.withLock({ $0.phase }) == .connecting else { return }
            try loop.serve(handle)
        } catch {
            connection.end(error)
        }
    }

    private mutating func serve(_ handle: Handle) throws(MQTTError) {
        lastHeard = clock.uptime
        lastChore = lastHeard
        try turn(handle, readable: false)
        while true {
            let readable = wait(handle)
            let phase = connection.state.withLock { $0.phase }
            if phase == .ended { return }
            if phase == .leaving {
                leave(handle)
                throw .stopped
            }
            try turn(handle, readable: readable)
            try chores(handle)
        }
    }

    /// Sleeps until there is something to read, to write or to look after; true if there is something to read.
    private func wait(_ handle: Handle) -> Bool {
        var descriptors = [
            pollfd(fd: handle.socket, events: Int16(POLLIN) | (handle.wantsWrite ? Int16(POLLOUT) : 0), revents: 0),
            pollfd(fd: connection.wake.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&descriptors, 2, 500)
        if descriptors[1].revents != 0 { connection.wake.clear() }
        return descriptors[0].revents & ~Int16(POLLOUT) != 0
    }

    /// Reads what is there, writes what is queued, and passes on what came of it even if the connection broke meanwhile.
    private mutating func turn(_ handle: Handle, readable: Bool) throws(MQTTError) {
        var failure: MQTTError?
        do {
            if readable {
                try handle.read()
                lastHeard = clock.uptime
            }
            if handle.wantsWrite { try handle.write() }
        } catch {
            failure = error
        }
        let contents = handle.inbox.take()
        if !contents.isEmpty {
            if let wish = contents.accepted?.keepAlive { keepAlive = wish }
            connection.handle(contents, by: handle)
            if let refusal = contents.connectionRefusal {
                throw refusal == .unsupportedProtocolVersion ? .protocolVersion : .connectionRefused(refusal)
            }
            if let code = contents.disconnect {
                if let reason = UInt8(exactly: code), reason >= 0x80 { throw .disconnectedByBroker(MQTTReason(rawValue: reason)) }
                throw failure ?? .connectionLost
            }
            // An acknowledgement may have let a waiting message go.
            if handle.wantsWrite, failure == nil { try handle.write() }
        }
        if let failure { throw failure }
        if handle.socket < 0 { throw .connectionLost }
    }

    /// Keep-alive, and the two kinds of silence that libmosquitto does not notice in time.
    private mutating func chores(_ handle: Handle) throws(MQTTError) {
        let now = clock.uptime
        guard now - lastChore >= 0.5 else { return }
        lastChore = now
        try handle.misc()
        if keepAlive > 0, now - lastHeard > 1.5 * Double(keepAlive) { throw .timeout("no sign of life") }
        let oldest = connection.state.withLock { state in
            [state.window.oldest, state.subscriptions.values.lazy.map(\.time).min()].compactMap(\.self).min()
        }
        if let oldest, now - oldest > connection.configuration.acknowledgementTimeout { throw .timeout("no acknowledgement") }
    }

    /// Lets the answers to what was sent arrive, for a moment, then says goodbye.
    private mutating func leave(_ handle: Handle) {
        let deadline = clock.uptime + Self.farewell
        do {
            while clock.uptime < deadline, connection.state.withLock({ $0.window.inFlight > 0 }) {
                try turn(handle, readable: wait(handle))
            }
            handle.disconnect()
            while clock.uptime < deadline + Self.farewell, handle.socket >= 0 {
                try turn(handle, readable: wait(handle))
            }
        } catch {
            return  // The broker closes on DISCONNECT; whatever else went wrong, we are leaving anyway.
        }
    }
}
