private import Foundation
import Logging
import ServiceLifecycle

/// Prints the link by which the first administrator is set up, where there is no account yet: again at each start until somebody has used one.
struct SetupInvitation: Service {
    let accounts: Accounts
    let ports: WebPorts
    /// Under which the listeners with and without TLS are reached from this machine.
    let hosts: (plain: String, secure: String)
    let logger: Logger

    func run() async throws {
        do {
            // Only an address that answers is worth printing.
            while ports.plain == nil && ports.secure == nil {
                try Task.checkCancellation()
                try await Task.sleep(for: .milliseconds(50))
            }
            if let token = try await accounts.setUp() {
                FileHandle.standardOutput.write(Data("setup: \(address)/welcome?token=\(token.text)\n".utf8))
            } else {
                logger.notice("There is an account, so no link to set one up is made")
            }
        } catch is CancellationError {} catch {
            logger.error(
                "The link that sets the first administrator up cannot be made: start the hub anew when the database answers",
                metadata: ["error": "\(error)"])
        }
        try await gracefulShutdown()
    }

    private var address: String {
        if let port = ports.plain { return "http://\(hosts.plain):\(port)" }
        return "https://\(hosts.secure):\(ports.secure ?? 0)"
    }

    /// - Returns: A name for what a listener is bound to; `localhost` where that is every address.
    static func host(_ bound: String) -> String {
        if ["0.0.0.0", "::", "[::]"].contains(bound) { return "localhost" }
        return bound.contains(":") && !bound.hasPrefix("[") ? "[\(bound)]" : bound
    }
}
