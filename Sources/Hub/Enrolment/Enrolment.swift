package import Base
package import Logging
package import Protocol
private import Trust

/// Lets nodes in and out: invitations, certificates, revocation.
package struct Enrolment: Sendable {
    /// Where nodes find this installation.
    package struct Addresses: Sendable {
        /// `https://host:port`, the best first; empty where no web server speaks TLS.
        package var hubs: [String]
        /// `host:port`, the best first.
        package var brokers: [String]

        package init(hubs: [String], brokers: [String]) {
            self.hubs = hubs
            self.brokers = brokers
        }
    }

    /// What a node that asks for another certificate gets.
    package enum Renewal: Sendable {
        case renewed(JoinAnswer)
        /// Its certificate has ended, and an administrator has to let it in first.
        case waiting
    }

    private let store: any FleetStore
    private let trust: HubTrust
    private let keyring: Keyring
    private let addresses: @Sendable () -> Addresses
    private let clock: any WallClock
    private let logger: Logger
    private let changed: @Sendable () async -> Void

    /// Seconds that an invitation is good for unless told otherwise: a day.
    package static let invitationLife = 86_400.0
    /// Days that a node's certificate lasts; it is renewed at two thirds.
    package static let certificateDays = 90
    /// Seconds between two certificates of a node.
    private static let pause = 30.0
    /// Seconds that an administrator's consent lasts: the node asks again by itself.
    private static let consent = 7 * 86_400.0

    /// - Parameters:
    ///   - keyring: Of the same trust.
    ///   - addresses: Asked at each use, as ports are known only while the servers run.
    ///   - changed: Called after every change of who may connect, and waited for.
    package init(
        store: any FleetStore, trust: HubTrust, keyring: Keyring, addresses: @escaping @Sendable () -> Addresses, clock: any WallClock,
        logger: Logger, changed: @escaping @Sendable () async -> Void
    ) {
        self.store = store
        self.trust = trust
        self.keyring = keyring
        self.addresses = addresses
        self.clock = clock
        self.logger = logger
        self.changed = changed
    }

    /// The authority's certificate, PEM: public, and checked by its fingerprint in the invitation.
    package var authority: String { trust.authority.certificatePEM }

    /// The same certificate in DER.
    package var authorityDER: [UInt8] { trust.authority.facts.der }

    /// What devices list the authority as.
    package var authorityName: String { trust.authority.facts.commonName ?? "Vigilar" }

    /// SHA-256 of the certificate in DER, as 64 hexadecimal digits.
    package var authorityFingerprint: String { trust.authority.fingerprint }

    /// The key to which nodes seal pictures and recordings now.
    package var sealingKey: String { keyring.publicKey.text }

    /// Makes an invitation for one node; an earlier one of that node's ends.
    /// - Parameter life: Seconds that it is good for.
    /// - Returns: The line to run beside the camera.
    /// - Throws: `EnrolmentError`, `StoreError`, `TrustError`.
    package func invite(node: String, site: String, life: Double = invitationLife) async throws -> String {
        guard NodeName.isValid(node) else { throw EnrolmentError(.malformed, "The node's name \(NodeName.rule).") }
        guard Identifier.isValid(site) else { throw EnrolmentError(.malformed, "The site \(Identifier.rule).") }
        guard let hub = addresses().hubs.first else {
            throw EnrolmentError(
                .malformed, "No web server of this hub speaks TLS, so that nodes could not join: set listen or tls_listen in hub.toml.")
        }
        let token = try InvitationToken(authorityFingerprint: trust.authority.fingerprint)
        let now = clock.now
        try await store.addInvitation(
            InvitationRecord(
                secretHash: token.secretHash, site: site, node: node, createdAt: now, expiresAt: now.advanced(bySeconds: life)))
        logger.notice("a node was invited", metadata: ["node": "\(node)", "site": "\(site)"])
        return "vigilar-edge join \(hub) \(token.text)"
    }

    /// Takes a node in and gives it its certificate.
    /// - Throws: `EnrolmentError`, `StoreError`, `TrustError`.
    package func join(_ request: JoinRequest) async throws -> JoinAnswer {
        let (token, signing): (InvitationToken, SigningRequest)
        do {
            token = try InvitationToken(text: request.invitation)
            signing = try SigningRequest(pem: request.request)
            _ = try SealingPublicKey(text: request.sealingKey)
        } catch { throw EnrolmentError(.malformed, error.message) }
        guard token.authorityFingerprint == trust.authority.fingerprint else {
            throw EnrolmentError(.unknownInvitation, "The invitation is for another hub: ask this hub's administrator for one.")
        }
        let redemption = try await store.redeemInvitation(
            secretHash: token.secretHash, keyFingerprint: signing.publicKeyFingerprint, sealingKey: request.sealingKey, at: clock.now)
        let node: FleetNode
        switch redemption {
        case .accepted(let accepted): node = accepted
        case .unknown: throw EnrolmentError(.unknownInvitation, "There is no such invitation: run vigilar-hub invite again.")
        case .used: throw EnrolmentError(.usedInvitation, "The invitation has been used: run vigilar-hub invite for another one.")
        case .expired: throw EnrolmentError(.expiredInvitation, "The invitation has expired: run vigilar-hub invite for another one.")
        }
        let answer = try await issue(for: node, signing)
        logger.notice("a node joined", metadata: ["node": "\(node.name)", "site": "\(node.site)"])
        return answer
    }

    /// Gives a node that joined another certificate for the same key.
    /// - Throws: `EnrolmentError`, `StoreError`, `TrustError`.
    package func renew(node name: String, _ request: RenewalRequest) async throws -> Renewal {
        let signing: SigningRequest
        do { signing = try SigningRequest(pem: request.request) } catch { throw EnrolmentError(.malformed, error.message) }
        guard let node = try await store.fleetNode(name), node.revokedAt == nil, node.keyFingerprint == signing.publicKeyFingerprint else {
            throw EnrolmentError(.refused, "This node may not connect (any more): ask the hub's administrator for an invitation.")
        }
        let now = clock.now
        let latest = try await store.latestCertificate(node: name)
        if let latest, now.seconds(since: latest.issuedAt) < Self.pause, now.seconds(since: latest.issuedAt) >= 0 {
            throw EnrolmentError(.tooSoon, "A certificate was issued a moment ago: ask again in \(Int(Self.pause)) s.")
        }
        let isCurrent = latest.map { $0.notAfter > now } ?? false
        guard isCurrent || node.admittedUntil.map({ $0 > now }) ?? false else {
            try await store.askAdmission(node: name, at: now)
            logger.notice("a node whose certificate has ended asks to be let in", metadata: ["node": "\(name)"])
            return .waiting
        }
        return .renewed(try await issue(for: node, signing))
    }

    /// Takes away a node's certificates, rights and connections.
    /// - Returns: False where there is no such node.
    /// - Throws: `StoreError`.
    package func revoke(node: String) async throws -> Bool {
        guard try await store.revokeNode(node, at: clock.now) else { return false }
        logger.notice("a node was revoked", metadata: ["node": "\(node)"])
        await changed()
        return true
    }

    /// Lets a node in again whose certificate has ended.
    /// - Returns: False where there is no such node, or it is revoked.
    /// - Throws: `StoreError`.
    package func admit(node: String) async throws -> Bool {
        let isAdmitted = try await store.admit(node: node, until: clock.now.advanced(bySeconds: Self.consent))
        if isAdmitted { logger.notice("a node is let in again", metadata: ["node": "\(node)"]) }
        return isAdmitted
    }

    private func issue(for node: FleetNode, _ request: SigningRequest) async throws -> JoinAnswer {
        let now = clock.now
        let issued = try trust.authority.issueNode(request: request, node: node.name, now: now, days: Self.certificateDays)
        let record = CertificateRecord(
            serial: issued.serial, node: node.name, issuedAt: now, notAfter: issued.notAfter, keyFingerprint: request.publicKeyFingerprint,
            revokedAt: nil)
        guard try await store.addCertificate(record) else {
            throw EnrolmentError(.refused, "The node was revoked or joined anew meanwhile: ask the hub's administrator for an invitation.")
        }
        await changed()
        let addresses = addresses()
        return JoinAnswer(
            node: node.name, site: node.site, certificate: issued.pem, authority: trust.authority.certificatePEM, notAfter: issued.notAfter,
            hubs: addresses.hubs, brokers: addresses.brokers, signingKey: trust.signingKey.verifyingKey.text,
            sealingKey: sealingKey)
    }
}
