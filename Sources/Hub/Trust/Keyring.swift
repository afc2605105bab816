private import Base
package import Logging
package import Recording
import ServiceLifecycle
private import Synchronization
package import Trust

/// The hub's sealing keys while it runs: the one that nodes are told, and those that open what was sealed before it was made. It notices by
/// itself what `vigilar-hub keys rotate` has done, here or through another replica.
package final class Keyring: Service {
    private let folder: TrustFolder
    /// Of the keys that stay: the authority's where it is the hub's own, and the one that signs.
    private let fixed: [String]
    private let keys: Mutex<[SealingPrivateKey]>
    private let isFailing = Mutex(false)
    private let logger: Logger

    /// Seconds between two looks at the folder.
    private static let interval = 10.0

    package init(_ trust: HubTrust, logger: Logger) {
        folder = trust.folder
        fixed = (trust.ownsAuthority ? [trust.authority.fingerprint] : []) + [trust.signingKey.verifyingKey.fingerprint]
        keys = Mutex(trust.openingKeys)
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(Self.interval))
                if !Task.isCancelled { self.look() }
            }
        }
    }

    /// Reads the folder anew: three small files. What cannot be read leaves everything as it was.
    /// - Returns: Whether there is a key that was not known.
    @discardableResult
    package func look() -> Bool {
        do {
            let found = try folder.sealingKeys()
            isFailing.withLock { $0 = false }
            let isNew = keys.withLock { keys in
                guard keys.map(\.text) != found.map(\.text) else { return false }
                keys = found
                return true
            }
            if isNew {
                logger.notice("the hub's sealing keys have changed", metadata: ["newest": "\(found[0].publicKey.fingerprint)"])
            }
            return isNew
        } catch {
            // Once, not every ten seconds.
            if !isFailing.withLock({ was in (was, was = true).0 }) {
                logger.error("the hub's sealing keys cannot be read; those of before are used", metadata: ["error": "\(error)"])
            }
            return false
        }
    }

    /// To which nodes seal.
    package var publicKey: SealingPublicKey { keys.withLock { $0[0].publicKey } }

    /// Opens what a node sealed, to whichever of the keys: a box does not say which.
    /// - Returns: Nil where none opens it.
    package func open(_ box: [UInt8], context: [UInt8]) -> [UInt8]? {
        func tried() -> [UInt8]? {
            keys.withLock { $0 }.lazy.compactMap { try? SealedBox.open(box, with: $0, context: context) }.first
        }
        // A node may have a new key from another replica before this one has looked.
        return tried() ?? (look() ? tried() : nil)
    }

    /// Opens an encrypted segment.
    /// - Parameter preamble: The 56 bytes behind its header.
    /// - Throws: `RecordingError`: `wrongKey` where it is for none of the keys.
    package func opener(_ header: SegmentHeader, preamble: [UInt8]) throws(RecordingError) -> SegmentOpener {
        do {
            return try SegmentOpener(header: header, preamble: preamble, keys: keys.withLock { $0 })
        } catch  where error.code == .wrongKey && look() {
            return try SegmentOpener(header: header, preamble: preamble, keys: keys.withLock { $0 })
        }
    }

    /// Which keys there are, and whether they are backed up.
    package var state: KeyState {
        let sealing = keys.withLock { $0.map(\.publicKey.fingerprint) }
        let record = folder.record
        return KeyState(
            sealingKey: sealing[0], olderKeys: sealing.count - 1, backupAt: record?.madeAt,
            isBackedUp: Set(fixed + sealing).isSubset(of: record?.keys ?? []))
    }
}
