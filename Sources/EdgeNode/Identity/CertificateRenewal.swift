package import Base
private import Foundation
package import Logging
private import Protocol
import ServiceLifecycle
private import Synchronization
private import Trust

/// Renews the node's certificate at two thirds of its life, for as long as it takes; one that has ended meanwhile waits for the hub's
/// administrator. It also asks the hub now and then which key to seal to, which is replaced more often than a certificate.
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
    /// Seconds between two questions for the hub's key.
    private static let keyInterval = 900.0
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
            var keyTime = self.clock.uptime
            while !Task.isCancelled {
                var pause = Self.interval
                if self.clock.uptime >= keyTime, await self.askForKey() { keyTime = self.clock.uptime + Self.keyInterval }
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

    /// Asks each of the hub's addresses in turn which key to seal to, over TLS with both certificates: whoever answers has one of the node's
    /// authority, as a hub has it.
    /// - Returns: Whether one of them answered.
    package func askForKey() async -> Bool {
        let present = current
        let hub = HubHTTP(
            .node(authority: present.answer.authority, certificate: present.certificateFile.path, key: present.keyFile.path))
        for address in present.answer.hubs {
            do {
                let answer = try await hub.send("GET", address, "/api/v1/nodes/\(present.node)/identity")
                guard answer.status == 200 else { throw IdentityError(answer.problem) }
                // A hub of before does not name it, and has never replaced it.
                guard let key = try NodeJSON.decode(IdentityAnswer.self, from: answer.body).sealingKey, key != present.answer.sealingKey
                else { return true }
                let new = try present.sealing(to: key)
                let fingerprint = try new.hubSealingKey().fingerprint
                try new.saveAnswer()
                identity.withLock { $0 = new }
                logger.notice("the hub has a new key to seal to", metadata: ["fingerprint": "\(fingerprint)"])
                return true
            } catch {
                logger.debug("the hub could not be asked for its key", metadata: ["address": "\(address)", "error": "\(error)"])
            }
        }
        return false
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
