import Base

/// Decides when a camera is online and how long to wait before the next attempt. No I/O; time is passed in.
struct CameraLink: Sendable {
    /// What happened to the connection.
    enum Input: Sendable {
        /// A packet arrived.
        case packet
        /// The attempt failed, or the connection ended.
        case failed
    }

    /// What the reader has to do.
    enum Action: Sendable, Equatable {
        case none
        /// Report that the camera is online.
        case reportOnline
        /// Wait before the next attempt; `report` tells whether the camera has just gone offline.
        case wait(seconds: Double, report: Bool)
    }

    private enum State { case unknown, offline, online }

    private let steadyAfter: Double
    private var backoff: Backoff
    private var state = State.unknown
    private var onlineSince = 0.0

    init(shortestWait: Double, longestWait: Double, steadyAfter: Double) {
        backoff = Backoff(base: shortestWait, maximum: longestWait)
        self.steadyAfter = steadyAfter
    }

    mutating func take(_ input: Input, uptime: Double) -> Action {
        switch input {
        case .packet:
            guard state != .online else { return .none }
            state = .online
            onlineSince = uptime
            return .reportOnline
        case .failed:
            // A camera that accepts and drops connections at once is not to be hammered.
            if state == .online, uptime - onlineSince >= steadyAfter { backoff.reset() }
            let isNew = state != .offline
            state = .offline
            return .wait(seconds: backoff.next(), report: isNew)
        }
    }
}
