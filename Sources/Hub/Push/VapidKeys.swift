import Crypto
private import Foundation
package import Logging

/// The installation's key pair towards push services, which all replicas have from the store. Browsers subscribe to its public half, so that
/// it stays for as long as it can be opened.
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

    /// The key; made where there is none, or none that can be opened.
    /// - Throws: `StoreError`; `PushError`, `keys`.
    func current() async throws -> P256.Signing.PrivateKey {
        let stored = try await store.pushKey()
        if let key = stored.flatMap(opened) { return key }
        if stored != nil {
            logger.error(
                "the key for push services was sealed to a key that is gone: notifications have to be turned on anew in each browser")
        }
        let sealed: [UInt8]
        do { sealed = try sealing.seal(Array(P256.Signing.PrivateKey().rawRepresentation), Self.context) } catch {
            throw PushError(.keys, "The hub's key cannot seal the one for push services: look at the hub's log.")
        }
        guard let key = opened(try await store.setPushKey(sealed, replacing: stored)) else {
            throw PushError(.keys, "The key for push services cannot be opened: do all replicas have the same trust folder?")
        }
        return key
    }

    private func opened(_ sealed: [UInt8]) -> P256.Signing.PrivateKey? {
        sealing.open(sealed, Self.context).flatMap { try? P256.Signing.PrivateKey(rawRepresentation: $0) }
    }
}
