package import Base
package import Foundation
package import Trust

/// The hub's keys, in a folder that only its user may open: the authority that issues certificates, the hub's own certificate, the key that
/// signs settings, and the keys to which nodes seal or have sealed pictures and recordings.
package struct HubTrust: Sendable {
    /// Why the keys cannot be used; the text says what to do.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    let folder: TrustFolder
    package let authority: CertificateAuthority
    /// Whether the authority's key lies in the folder: nobody gave another one.
    let ownsAuthority: Bool
    package let signingKey: SigningKey
    /// To which nodes seal, as it was when the folder was opened; `Keyring` follows what becomes of it.
    package let sealingKey: SealingPrivateKey
    /// Every key to which nodes may have sealed something, newest first, `sealingKey` included. There is no telling from a sealed box which.
    package let openingKeys: [SealingPrivateKey]
    /// For those who read PEM files: Mosquitto, and the web server.
    package let files: BrokerCertificates
    /// When the hub's own certificate ends.
    package let notAfter: Timestamp
    /// The serial number of the hub's own certificate, in hexadecimal.
    package let serial: String

    /// Days that a certificate of the hub's own lasts: what browsers take at most.
    private static let days = 397

    /// Opens the folder, and makes what is missing: everything at the first start, the hub's certificate when it nears its end or the names
    /// have changed.
    /// - Parameter names: Names and addresses by which the hub is reached.
    /// - Throws: `Failure`, `TrustError`, `PrivateFile.Failure`.
    package static func open(_ settings: TrustSettings, names: [String], now: Timestamp) throws -> HubTrust {
        let folder = TrustFolder(settings)
        try folder.make()
        return try folder.locked { try open(settings, folder, names, now) }
    }

    private static func open(_ settings: TrustSettings, _ folder: TrustFolder, _ names: [String], _ now: Timestamp) throws -> HubTrust {
        let authority = try openAuthority(settings, folder, now)
        // Mosquitto reads it from here, wherever the authority came from.
        let authorityFile = folder.file(TrustFolder.authorityCertificate)
        if settings.authority != nil { try PrivateFile.write(authority.certificatePEM, to: authorityFile) }
        if !folder.exists(TrustFolder.signingKey) { try folder.write(SigningKey().text + "\n", TrustFolder.signingKey) }
        let signing = try folder.key(TrustFolder.signingKey) { try SigningKey(text: $0) }
        let sealing = try openSealingKeys(folder)
        let (certificate, privateKey) = try openCertificate(settings, folder, authority, names, now)
        let facts = try facts(certificate)
        return HubTrust(
            folder: folder, authority: authority, ownsAuthority: settings.authority == nil, signingKey: signing,
            sealingKey: sealing[0], openingKeys: sealing,
            files: BrokerCertificates(authority: authorityFile, certificate: certificate, key: privateKey), notAfter: facts.notAfter,
            serial: facts.serial)
    }

    /// The authority's list of revoked certificates, PEM, for a broker that is not the hub's own.
    package var revocations: URL { folder.file("revoked.pem") }

    /// Replaces that list in one step.
    /// - Throws: `Failure`, `PrivateFile.Failure`.
    package func write(revocations list: String) throws {
        try folder.locked { try PrivateFile.write(list, to: revocations) }
    }

    private static func openSealingKeys(_ folder: TrustFolder) throws -> [SealingPrivateKey] {
        if !folder.exists(TrustFolder.sealingKey) {
            // A new one in its place would leave whatever was sealed to it closed, and nobody would notice.
            guard folder.olderSealingKeys().isEmpty, folder.record == nil else {
                throw Failure(
                    description: "\(folder.file(TrustFolder.sealingKey).path) is missing: put it back with vigilar-hub keys restore. "
                        + "To begin anew all the same, and lose what was sealed to it, move the other sealing keys and backup.json away.")
            }
            try folder.write(SealingPrivateKey().text + "\n", TrustFolder.sealingKey)
        }
        return try folder.sealingKeys()
    }

    private static func openAuthority(_ settings: TrustSettings, _ folder: TrustFolder, _ now: Timestamp) throws -> CertificateAuthority {
        if let given = settings.authority {
            return try CertificateAuthority(
                certificatePEM: try text(URL(filePath: given.certificate)), privateKeyPEM: try text(URL(filePath: given.key)))
        }
        let (certificate, key) = (folder.file(TrustFolder.authorityCertificate), folder.file(TrustFolder.authorityKey))
        switch (exists(certificate), exists(key)) {
        case (true, true): return try CertificateAuthority(certificatePEM: text(certificate), privateKeyPEM: text(key))
        case (true, false):
            throw Failure(
                description:
                    "\(key.path) is missing: put it back from a backup. A new authority would lock every joined node out; to begin "
                    + "anew all the same, move \(certificate.path) away.")
        case (false, _):
            let authority = try CertificateAuthority.make(name: "Vigilar \(Secret.make().prefix(8))", now: now)
            // The key first: a start that is cut off in between begins anew.
            try PrivateFile.write(authority.privateKeyPEM, to: key)
            try PrivateFile.write(authority.certificatePEM, to: certificate)
            return authority
        }
    }

    private static func openCertificate(
        _ settings: TrustSettings, _ folder: TrustFolder, _ authority: CertificateAuthority, _ names: [String], _ now: Timestamp
    ) throws -> (certificate: URL, key: URL) {
        if let given = settings.certificate {
            let file = URL(filePath: given.certificate)
            guard authority.hasIssued(try facts(file)) else {
                throw Failure(
                    description:
                        "The certificate \(file.path) is not one of the authority's, so that nodes would not trust this hub: name its "
                        + "authority as tls.authority, or leave tls.certificate out. For browsers alone a reverse proxy can have another one."
                )
            }
            return (file, URL(filePath: given.key))
        }
        // Key and certificates in one file, so that they are always replaced together.
        let file = folder.file("server.pem")
        let namesFile = folder.file("server.names")
        let wanted = names.joined(separator: "\n") + "\n"
        if exists(file), let facts = try? facts(file), authority.hasIssued(facts),
            (try? text(namesFile)) == wanted, facts.notAfter > now.advanced(bySeconds: Double(days) * 86_400 / 3)
        {
            return (file, file)
        }
        let key = KeyPair()
        let issued = try authority.issueServer(names: names, publicKey: key.publicKey, now: now, days: days)
        try PrivateFile.write(issued.pem + authority.certificatePEM + key.privateKeyPEM, to: file)
        try PrivateFile.write(wanted, to: namesFile)
        return (file, file)
    }

    /// Of the first certificate in a file: the server's own, before those above it.
    private static func facts(_ file: URL) throws -> CertificateFacts {
        let text = try text(file)
        let end = "-----END CERTIFICATE-----"
        guard let from = text.range(of: "-----BEGIN CERTIFICATE-----"), let to = text.range(of: end, range: from.upperBound..<text.endIndex)
        else { throw Failure(description: "\(file.path) holds no certificate in PEM: check that it is the right file.") }
        return try CertificateFacts(pem: text[from.lowerBound..<to.upperBound] + "\n")
    }

    private static func exists(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

    private static func text(_ file: URL) throws -> String { try TrustFolder.text(file) }
}
