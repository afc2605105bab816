private import Foundation
private import Protocol
private import Trust

/// Joins a hub with an invitation: makes the node's keys, makes sure that the hub is the one that invited, and gets a certificate.
package enum Joining {
    /// - Parameters:
    ///   - address: `https://host:port` of the hub.
    ///   - invitation: The text that `vigilar-hub invite` printed.
    ///   - dataFolder: The node's. An identity that lies there stays unless the hub takes the node in.
    /// - Returns: The identity, saved.
    /// - Throws: `IdentityError`, or what the file system says.
    package static func join(address: String, invitation: String, dataFolder: String) async throws -> NodeIdentity {
        let address = address.hasSuffix("/") ? String(address.dropLast()) : address
        let token: InvitationToken
        do { token = try InvitationToken(text: invitation) } catch { throw IdentityError("The invitation is not whole: \(error.message).") }

        // Whoever answers may be anybody: the authority's certificate is believed because its fingerprint stands in the invitation.
        let offered = try await HubHTTP(.nobody).send("GET", address, "/api/v1/join/authority")
        guard offered.status == 200, let authority = String(validating: offered.body, as: UTF8.self),
            let facts = try? CertificateFacts(pem: authority), facts.fingerprint == token.authorityFingerprint
        else {
            throw IdentityError("\(address) is not the hub that wrote this invitation: nothing was sent to it. Check the address.")
        }

        let (key, sealing) = (KeyPair(), SealingPrivateKey())
        let request = JoinRequest(
            invitation: token.text, request: try key.signingRequest(name: "vigilar-node"), sealingKey: sealing.publicKey.text)
        guard let body = NodeJSON.encode(request) else { throw IdentityError("The request cannot be written as JSON.") }
        let answered = try await ask(HubHTTP(.authority(facts.pem)), address, body)
        guard answered.status == 201, var answer = try? NodeJSON.decode(JoinAnswer.self, from: answered.body) else {
            throw IdentityError("The hub does not take this node in: \(answered.problem)")
        }
        // What reached the hub once comes first, for the broker too.
        answer.hubs = NodeIdentity.merged([address], answer.hubs)
        if let host = URL(string: address)?.host(percentEncoded: false), let port = answer.brokers.first?.split(separator: ":").last {
            answer.brokers = NodeIdentity.merged([host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"], answer.brokers)
        }
        try FileManager.default.createDirectory(
            atPath: dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let identity = try NodeIdentity(folder: NodeIdentity.folder(in: dataFolder), answer: answer, key: key, sealingKey: sealing)
        try identity.save()
        return identity
    }

    /// The invitation is used up when the hub has it, and an answer can be lost: the hub answers the same key again.
    private static func ask(_ hub: HubHTTP, _ address: String, _ body: [UInt8]) async throws -> HubHTTP.Answer {
        for pause in [0.5, 2] {
            do { return try await hub.send("POST", address, "/api/v1/join", json: body) } catch {
                try await Task.sleep(for: .seconds(pause))
            }
        }
        return try await hub.send("POST", address, "/api/v1/join", json: body)
    }
}
