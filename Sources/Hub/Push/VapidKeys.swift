import Crypto
private import Foundation
package import Logging

/// The installation's key pair towards push services, which all replicas have from the store. Browsers subscribe to its public half, so that
/// it stays: no replica makes another one because it cannot open it.
package struct VapidKeys: Sendable {
    let store: any PushStore
    let sealing: SecretSealing
    let logger: Logger

    private static let context = Array("vigilar push key".utf8)

    package init(store: any PushStore, sealing: SecretSealing, logger: Logger) {
        self.store = store
        self.sealing = sealing
        self.logger = logger
    }

    /// The key; made where there is none.
    /// - Throws: `StoreError`; `PushError`, `keys`, also where there is one that cannot be opened.
    func current() async throws -> P256.Signing.PrivateKey {
        if let stored = try await store.pushKey() { return try opened(stored) }
        let sealed: [UInt8]
        do { sealed = try sealing.seal(Array(P256.Signing.PrivateKey().rawRepresentation), Self.context) } catch {
            throw PushError(.keys, "The hub's key cannot seal the one for push services: look at the hub's log.")
        }
        return try opened(try await store.addPushKey(sealed))
    }

    private func opened(_ sealed: [UInt8]) throws(PushError) -> P256.Signing.PrivateKey {
        guard let key = sealing.open(sealed, Self.context).flatMap({ try? P256.Signing.PrivateKey(rawRepresentation: $0) }) else {
            logger.error(
                """
                the key for push services cannot be opened, so no notifications are sent: give this hub the trust folder that it was sealed with, \
                or, where that is lost, delete the row of the table push_key, and have notifications turned on anew in each browser
                """)
            throw PushError(.keys, "The hub cannot open its key for push services: whoever runs it finds in its log what to do.")
        }
        return key
    }
}
