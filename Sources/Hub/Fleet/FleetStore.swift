package import Base

/// What the hub remembers of its fleet: who was invited, who joined with which key, which certificates stand, whose each camera is.
/// Both adapters of `EventStore` have it, and one conformance suite runs over both.
///
/// Every call is one transaction, so that of two replicas that do the same at the same moment one comes first. It runs on the store's
/// own threads and throws `StoreError`; a call that throws has changed nothing or is safe to repeat.
package protocol FleetStore: Sendable {
    // MARK: Joining

    /// Adds an invitation. It replaces those of the same node that nobody has used.
    func addInvitation(_ invitation: InvitationRecord) async throws(StoreError)
    /// Uses up the invitation with this secret, which only one can, and takes the node in: site, keys and time of joining are written,
    /// a revocation, a wish to be let in and an admission end, and certificates of the node's other keys are revoked.
    ///
    /// The one that used it may ask again for ten minutes, for the answer may have been lost: it is accepted as it was, and nothing
    /// changes, unless the node has been revoked or has another key meanwhile.
    ///
    /// - Parameters:
    ///   - secretHash: SHA-256 of the invitation's secret.
    ///   - keyFingerprint: Of the key that the certificate is asked for.
    ///   - sealingKey: The key that what is meant for the node alone is sealed to. That of a repetition is not taken.
    func redeemInvitation(
        secretHash: [UInt8], keyFingerprint: String, sealingKey: String, at time: Timestamp
    ) async throws(StoreError) -> Redemption

    // MARK: Nodes

    /// Nil where there is no such node.
    func fleetNode(_ name: String) async throws(StoreError) -> FleetNode?
    /// All nodes by name, also those that were added without joining.
    func fleetNodes() async throws(StoreError) -> [FleetNode]
    /// Notes that a node wants to be let in again; the first wish counts. Nothing happens where the node is unknown or revoked.
    func askAdmission(node: String, at time: Timestamp) async throws(StoreError)
    /// Lets a node ask for a certificate until a moment, which ends its wish. False, and nothing changed, where it is unknown or revoked.
    func admit(node: String, until time: Timestamp) async throws(StoreError) -> Bool
    /// Ends a node with all its certificates, its wish to be let in and its admission; a revocation before keeps its time. Invitations
    /// that wait for the name are withdrawn even where there is no such node, which is answered with false.
    func revokeNode(_ name: String, at time: Timestamp) async throws(StoreError) -> Bool

    // MARK: Certificates

    /// Notes a certificate that is about to be handed out, not counting its `revokedAt`. False where the node is unknown or revoked,
    /// has another key meanwhile, or the serial is another certificate's; repeating it changes nothing.
    func addCertificate(_ certificate: CertificateRecord) async throws(StoreError) -> Bool
    /// Nil where none was noted under this serial.
    func certificate(serial: String) async throws(StoreError) -> CertificateRecord?
    /// The one of a node's that was issued last; nil where there is none.
    func latestCertificate(node: String) async throws(StoreError) -> CertificateRecord?
    /// Certificates that are revoked and would otherwise still be valid, by serial.
    func revokedCertificates(at time: Timestamp) async throws(StoreError) -> [CertificateRecord]

    // MARK: Cameras

    /// Gives a node those of the cameras that are nobody's. Answers with the owner of each one asked for, once each, by id.
    ///
    /// - Throws: `StoreError.refused` where the node is unknown or revoked.
    func claimCameras(node: String, cameras: [String], at time: Timestamp) async throws(StoreError) -> [CameraClaim]
    /// All claimed cameras by id.
    func cameras() async throws(StoreError) -> [CameraRecord]
    /// Gives a camera to another node; when it was claimed stays, what the old node said of its settings is forgotten. False where the
    /// camera is nobody's, or the node unknown or revoked.
    func moveCamera(_ id: String, to node: String) async throws(StoreError) -> Bool
    /// Makes a camera nobody's, for the next node to claim, and deletes its settings and recordings; screens show it no more. What somebody has
    /// deleted of it and its node has not confirmed waits further. False where it was nobody's already.
    func releaseCamera(_ id: String) async throws(StoreError) -> Bool

    // MARK: Changes

    /// A text that is another one after every change of who may connect, and of whose a camera is: cheap enough to be asked for often.
    func fleetStamp() async throws(StoreError) -> String

    // MARK: The authority

    /// Fingerprint of the authority that signs this installation's certificates; nil before there is one.
    func authorityFingerprint() async throws(StoreError) -> String?
    /// Makes an authority the installation's unless it has one; returns whether it is now this one. All replicas must share it.
    func setAuthorityFingerprint(_ fingerprint: String) async throws(StoreError) -> Bool
}
