package import Base
package import Foundation
private import Glibc
package import Trust

/// The hub's keys, in a folder that only its user may open: the authority that issues certificates, the hub's own certificate, the key that
/// signs settings, and the key to which nodes seal pictures.
package struct HubTrust: Sendable {
    /// Why the keys cannot be used; the text says what to do.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private let folder: URL
    package let authority: CertificateAuthority
    package let signingKey: SigningKey
    package let sealingKey: SealingPrivateKey
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
        let folder = URL(filePath: settings.folder, directoryHint: .isDirectory)
        try PrivateFile.makeFolder(folder)
        return try locked(folder) { try open(settings, folder, names, now) }
    }

    /// Replicas on one machine may share the folder, and write to it at the same moment.
    private static func locked<Value>(_ folder: URL, _ body: () throws -> Value) throws -> Value {
        let lock = unsafe Glibc.open(folder.appending(path: "lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { if lock >= 0 { close(lock) } }
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw Failure(description: "\(folder.path) cannot be locked: is it writable?") }
        return try body()
    }

    private static func open(_ settings: TrustSettings, _ folder: URL, _ names: [String], _ now: Timestamp) throws -> HubTrust {
        let authority = try openAuthority(settings, folder, now)
        // Mosquitto reads it from here, wherever the authority came from.
        let authorityFile = folder.appending(path: "authority.pem")
        if settings.authority != nil { try PrivateFile.write(authority.certificatePEM, to: authorityFile) }
        let signing = try key(folder.appending(path: "signing.key"), make: { SigningKey().text }, read: { try SigningKey(text: $0) })
        let sealing = try key(
            folder.appending(path: "sealing.key"), make: { SealingPrivateKey().text }, read: { try SealingPrivateKey(text: $0) })
        let (certificate, privateKey) = try openCertificate(settings, folder, authority, names, now)
        let facts = try facts(certificate)
        return HubTrust(
            folder: folder, authority: authority, signingKey: signing, sealingKey: sealing,
            files: BrokerCertificates(authority: authorityFile, certificate: certificate, key: privateKey), notAfter: facts.notAfter,
            serial: facts.serial)
    }

    /// The authority's list of revoked certificates, PEM, for a broker that is not the hub's own.
    package var revocations: URL { folder.appending(path: "revoked.pem") }

    /// Replaces that list in one step.
    /// - Throws: `Failure`, `PrivateFile.Failure`.
    package func write(revocations list: String) throws {
        try Self.locked(folder) { try PrivateFile.write(list, to: revocations) }
    }

    private static func openAuthority(_ settings: TrustSettings, _ folder: URL, _ now: Timestamp) throws -> CertificateAuthority {
        if let given = settings.authority {
            return try CertificateAuthority(
                certificatePEM: try text(URL(filePath: given.certificate)), privateKeyPEM: try text(URL(filePath: given.key)))
        }
        let (certificate, key) = (folder.appending(path: "authority.pem"), folder.appending(path: "authority.key"))
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
        _ settings: TrustSettings, _ folder: URL, _ authority: CertificateAuthority, _ names: [String], _ now: Timestamp
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
        let file = folder.appending(path: "server.pem")
        let namesFile = folder.appending(path: "server.names")
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

    private static func key<Key>(_ file: URL, make: () -> String, read: (String) throws -> Key) throws -> Key {
        if !exists(file) { try PrivateFile.write(make() + "\n", to: file) }
        do { return try read(try text(file).trimmingCharacters(in: .whitespacesAndNewlines)) } catch {
            throw Failure(description: "\(file.path) cannot be used (\(error)): put it back from a backup.")
        }
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

    private static func text(_ file: URL) throws -> String {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            throw Failure(description: "Cannot read \(file.path): check that it is there and that this user may read it.")
        }
        return text
    }
}
