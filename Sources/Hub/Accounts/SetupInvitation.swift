private import Foundation
import Logging
import ServiceLifecycle

/// Prints the link by which the first administrator is set up, where there is no account yet: again at each start until somebody has used one.
struct SetupInvitation: Service {
    let accounts: Accounts
    let ports: WebPorts
    let address: LocalAddress
    let logger: Logger

    func run() async throws {
        do {
            // Only an address that answers is worth printing.
            while ports.plain == nil && ports.secure == nil {
                try Task.checkCancellation()
                try await Task.sleep(for: .milliseconds(50))
            }
            if let token = try await accounts.setUp() {
                FileHandle.standardOutput.write(Data("setup: \(address.text)/welcome?token=\(token.text)\n".utf8))
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
}
