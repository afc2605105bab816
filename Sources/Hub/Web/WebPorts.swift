private import Synchronization

/// On which ports the web server listens, once it does: a configuration may leave them to the system.
package final class WebPorts: Sendable {
    private struct State: Sendable {
        var plain: Int?
        var secure: Int?
        var browsers: Int?
    }

    private let state = Mutex(State())

    package init() {}

    /// Of the first listener without TLS.
    package var plain: Int? { state.withLock { $0.plain } }
    /// Of the first listener with TLS and the hub's own certificate, to which nodes and other replicas come.
    package var secure: Int? { state.withLock { $0.secure } }
    /// Of the listener that is for browsers alone.
    package var browsers: Int? { state.withLock { $0.browsers } }

    /// A listener is open.
    func opened(_ port: Int?, by listener: WebListener) {
        state.withLock { state in
            if listener.isForBrowsers {
                state.browsers = state.browsers ?? port
            } else if listener.certificate != nil {
                state.secure = state.secure ?? port
            } else {
                state.plain = state.plain ?? port
            }
        }
    }
}
