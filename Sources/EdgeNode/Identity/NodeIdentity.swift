import Base
package import Foundation
package import Protocol
package import Trust

/// Who this node is to its hub, as joining made it: keys and certificates in a folder that only the node's user may open. The private keys
/// were made here and never leave.
package struct NodeIdentity: Sendable {
    package let folder: URL
    /// What the hub said when the node joined, or when its certificate was last renewed; and the key that it seals with since.
    package let answer: JoinAnswer
    let key: KeyPair
    /// Opens what the hub has sealed to this node.
    package let sealingKey: SealingPrivateKey
    let certificate: CertificateFacts

    package var node: String { answer.node }
    package var site: String { answer.site }

    var authorityFile: URL { folder.appending(path: "authority.pem") }
    var certificateFile: URL { folder.appending(path: "certificate.pem") }
    var keyFile: URL { folder.appending(path: "node.key") }
    private static let sealingFile = "sealing.key"
    private static let answerFile = "hub.json"

    /// The folder of a node's identity.
    package static func folder(in dataFolder: String) -> URL {
        URL(filePath: dataFolder, directoryHint: .isDirectory).appending(path: "identity", directoryHint: .isDirectory)
    }

    /// - Returns: Nil where the node has not joined.
    /// - Throws: `IdentityError` where files are missing or damaged.
    package static func load(_ folder: URL) throws(IdentityError) -> NodeIdentity? {
        guard FileManager.default.fileExists(atPath: folder.appending(path: answerFile).path) else { return nil }
        do {
            let answer = try NodeJSON.decode(JoinAnswer.self, from: Array(Data(contentsOf: folder.appending(path: answerFile))))
            let identity = try NodeIdentity(
                folder: folder, answer: answer, key: KeyPair(privateKeyPEM: text(folder, "node.key")),
                sealingKey: SealingPrivateKey(text: text(folder, sealingFile).trimmingCharacters(in: .whitespacesAndNewlines)))
            try identity.checkFiles()
            return identity
        } catch {
            throw IdentityError(
                "The node's identity in \(folder.path) cannot be read (\(error)): move the folder away and join again with a new invitation."
            )
        }
    }

    init(folder: URL, answer: JoinAnswer, key: KeyPair, sealingKey: SealingPrivateKey) throws {
        certificate = try CertificateFacts(pem: answer.certificate)
        guard certificate.publicKeyFingerprint == key.publicKey.fingerprint, certificate.commonName == answer.node else {
            throw IdentityError("the certificate is not this node's")
        }
        self.folder = folder
        self.answer = answer
        self.key = key
        self.sealingKey = sealingKey
    }

    /// Makes sure of the files that are read by their paths, later and by others. A renewal that was cut off leaves a certificate that is
    /// newer than the answer, and as good.
    private func checkFiles() throws {
        let authority = try CertificateFacts(pem: Self.text(folder, "authority.pem"))
        guard try authority.fingerprint == CertificateFacts(pem: answer.authority).fingerprint else {
            throw IdentityError("authority.pem is not the certificate of the authority that the node joined")
        }
        let certificate = try CertificateFacts(pem: Self.text(folder, "certificate.pem"))
        guard certificate.publicKeyFingerprint == key.publicKey.fingerprint, certificate.commonName == answer.node else {
            throw IdentityError("certificate.pem is not this node's")
        }
    }

    /// Writes everything. The answer comes last: it is what says that the node has joined.
    /// - Throws: `PrivateFile.Failure`, or what the file system says.
    func save() throws {
        try PrivateFile.makeFolder(folder)
        try PrivateFile.write(key.privateKeyPEM, to: keyFile)
        try PrivateFile.write(sealingKey.text + "\n", to: folder.appending(path: Self.sealingFile))
        try PrivateFile.write(answer.authority, to: authorityFile)
        try PrivateFile.write(answer.certificate, to: certificateFile)
        try saveAnswer()
    }

    /// Writes what the hub said, and nothing else.
    /// - Throws: `IdentityError`, `PrivateFile.Failure`.
    func saveAnswer() throws {
        guard let bytes = NodeJSON.encode(answer) else { throw IdentityError("the hub's answer cannot be kept") }
        try PrivateFile.write(bytes, to: folder.appending(path: Self.answerFile))
    }

    /// The same node with a new certificate.
    /// - Throws: `IdentityError`, `TrustError` where the answer is for another node or key.
    func renewed(_ answer: JoinAnswer) throws -> NodeIdentity {
        var answer = answer
        // The address that worked stays the first.
        answer.hubs = Self.merged(self.answer.hubs, answer.hubs)
        answer.brokers = Self.merged(self.answer.brokers, answer.brokers)
        return try NodeIdentity(folder: folder, answer: answer, key: key, sealingKey: sealingKey)
    }

    /// The same node, which seals to another key of the hub's.
    /// - Throws: `TrustError` where the text is no such key.
    func sealing(to text: String) throws -> NodeIdentity {
        _ = try SealingPublicKey(text: text)
        var answer = answer
        answer.sealingKey = text
        return try NodeIdentity(folder: folder, answer: answer, key: key, sealingKey: sealingKey)
    }

    /// The key to which this node seals what only the hub may open. It may be replaced while the node runs: ask each time.
    /// - Throws: `TrustError.malformed` where what is kept of it is no key.
    package func hubSealingKey() throws(TrustError) -> SealingPublicKey { try SealingPublicKey(text: answer.sealingKey) }

    /// Keeps the order of the first, and adds what is new.
    static func merged(_ first: [String], _ second: [String]) -> [String] {
        var seen: Set<String> = []
        return Array((first + second).filter { seen.insert($0).inserted }.prefix(32))
    }

    /// When the certificate should be renewed: at two thirds of its life.
    var renewalTime: Timestamp {
        certificate.notBefore.advanced(bySeconds: certificate.notAfter.seconds(since: certificate.notBefore) * 2 / 3)
    }

    private static func text(_ folder: URL, _ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
}
