private import Synchronization

/// On which ports the web server listens, once it does: a configuration may leave them to the system.
package final class WebPorts: Sendable {
    private struct State: Sendable {
        var plain: Int?
        var secure: Int?
    }

    private let state = Mutex(State())

    package init() {}

    /// Of the first listener without TLS.
    package var plain: Int? { state.withLock { $0.plain } }
    /// Of the first listener with TLS.
    package var secure: Int? { state.withLock { $0.secure } }

    /// A listener is open.
    func opened(_ port: Int?, isSecure: Bool) {
        state.withLock { state in
            if isSecure { state.secure = state.secure ?? port } else { state.plain = state.plain ?? port }
        }
    }
}
