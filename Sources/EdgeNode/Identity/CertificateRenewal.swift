package import Base
package import Logging
private import Protocol
import ServiceLifecycle
private import Synchronization
private import Trust

/// Renews the node's certificate at two thirds of its life, for as long as it takes; one that has ended meanwhile waits for the hub's
/// administrator.
package final class CertificateRenewal: Service {
    /// What came of an attempt.
    package enum Outcome: Sendable, Equatable {
        case renewed
        /// An administrator has to let the node in again.
        case waiting
        /// The text says why.
        case failed(String)
    }

    private let identity: Mutex<NodeIdentity>
    private let clock: any WallClock
    private let logger: Logger

    /// Seconds between two looks at the clock.
    private static let interval = 60.0
    /// Seconds until a failed attempt is repeated, the longest.
    private static let longestPause = 3600.0

    package init(_ identity: NodeIdentity, clock: any WallClock, logger: Logger) {
        self.identity = Mutex(identity)
        self.clock = clock
        self.logger = logger
    }

    /// The identity with its newest certificate.
    package var current: NodeIdentity { identity.withLock { $0 } }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var backoff = Backoff(base: 60, maximum: Self.longestPause)
            while !Task.isCancelled {
                var pause = Self.interval
                if self.clock.now >= self.current.renewalTime {
                    switch await self.renew() {
                    case .renewed: backoff.reset()
                    case .waiting, .failed: pause = backoff.next()
                    }
                }
                try? await Task.sleep(for: .seconds(pause))
            }
        }
    }

    /// Asks each of the hub's addresses in turn.
    package func renew() async -> Outcome {
        let present = current
        let asked: [UInt8]?
        do { asked = NodeJSON.encode(RenewalRequest(request: try present.key.signingRequest(name: present.node))) } catch {
            return .failed(error.message)
        }
        var last = "the hub has no address"
        for address in present.answer.hubs {
            do {
                let answer = try await HubHTTP(.authority(present.answer.authority)).send(
                    "POST", address, "/api/v1/nodes/\(present.node)/certificate", json: asked)
                if answer.status == 202 {
                    logger.warning("the node's certificate has ended: the hub's administrator has to let it in again")
                    return .waiting
                }
                guard answer.status == 200 else { throw IdentityError(answer.problem) }
                let new = try present.renewed(try NodeJSON.decode(JoinAnswer.self, from: answer.body))
                try new.save()
                identity.withLock { $0 = new }
                logger.notice("the node's certificate was renewed", metadata: ["until": "\(new.answer.notAfter)"])
                return .renewed
            } catch {
                last = "\(error)"
            }
        }
        logger.warning("the node's certificate could not be renewed; trying again", metadata: ["reason": "\(last)"])
        return .failed(last)
    }
}
