import Foundation
import Trust

/// The files of a trust folder that nobody could make again, all of them and each of them sound.
struct KeySet: Sendable {
    let files: [KeyFile]
    /// Of the public halves: the authority's certificate where the authority is the hub's own, the signing key, the sealing keys newest first.
    let fingerprints: [String]

    /// - Throws: `HubTrust.Failure` where one is missing, damaged or no key of the hub's.
    init(_ files: [KeyFile]) throws {
        let texts = Dictionary(files.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
        guard texts.count == files.count, texts.keys.allSatisfy(TrustFolder.isKey) else {
            throw HubTrust.Failure(description: "There are files among the keys that are none: was this made by another version?")
        }
        var fingerprints: [String] = []
        switch (texts[TrustFolder.authorityCertificate], texts[TrustFolder.authorityKey]) {
        case (let certificate?, let key?):
            fingerprints.append(
                try Self.read(TrustFolder.authorityKey) {
                    try CertificateAuthority(certificatePEM: certificate, privateKeyPEM: key).fingerprint
                })
        case (nil, nil): break
        default: throw HubTrust.Failure(description: "One of authority.pem and authority.key is missing: they are of use together only.")
        }
        func key(_ name: String, _ read: (String) throws -> String) throws {
            guard let text = texts[name] else {
                throw HubTrust.Failure(description: "The key \(name) is missing: start the hub once, or put it back from a backup.")
            }
            fingerprints.append(try Self.read(name) { try read(text.trimmingCharacters(in: .whitespacesAndNewlines)) })
        }
        try key(TrustFolder.signingKey) { try SigningKey(text: $0).verifyingKey.fingerprint }
        let older = texts.keys.compactMap { name in TrustFolder.number(name).map { ($0, name) } }.sorted { $0 > $1 }.map(\.1)
        for name in [TrustFolder.sealingKey] + older { try key(name) { try SealingPrivateKey(text: $0).publicKey.fingerprint } }
        self.files = files
        self.fingerprints = fingerprints
    }

    private static func read(_ name: String, _ body: () throws -> String) throws -> String {
        do { return try body() } catch {
            throw HubTrust.Failure(description: "The key \(name) cannot be used (\(error)): put it back from a backup.")
        }
    }
}
