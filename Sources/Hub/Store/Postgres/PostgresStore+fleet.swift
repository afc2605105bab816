package import Base
import Postgres

// Whoever changes an invitation, a node and its certificates locks them in this order. Each statement sees what was committed before
// its locks were granted, so what a node's row decides is asked after locking it.

// MARK: Joining

extension PostgresStore {
    package func addInvitation(_ invitation: InvitationRecord) async throws(StoreError) {
        // Two that invite the same node at once meet at the index; the later one runs again and replaces the other's.
        _ = try await callInTurn(meetingAt: "invitations_unused") { (connection) throws(PostgresError) in
            try connection.run([
                PostgresStatement("BEGIN"), Self.withdrawal(of: invitation.node),
                PostgresStatement(
                    "INSERT INTO invitations (secret_hash, site, node, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
                    [
                        .bytea(invitation.secretHash), .text(invitation.site), .text(invitation.node), .time(invitation.createdAt),
                        .time(invitation.expiresAt),
                    ]), PostgresStatement("COMMIT"),
            ])
        }
    }

    package func redeemInvitation(
        secretHash: [UInt8], keyFingerprint: String, sealingKey: String, at time: Timestamp
    ) async throws(StoreError) -> Redemption {
        try await callInTurn { (connection) throws(PostgresError) -> Redemption in
            // Whoever comes second waits here, and then sees that it is used.
            let rows = try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement(
                    "SELECT site, node, expires_at, used_at, used_by FROM invitations WHERE secret_hash = $1 FOR UPDATE",
                    [.bytea(secretHash)]),
            ])[1]
            guard rows.count == 1 else { return .unknown }
            let invitation = StoredInvitation(
                site: rows.text(0, 0), node: rows.text(0, 1), expiresAt: rows.time(0, 2), usedAt: rows.optionalTime(0, 3),
                usedBy: rows.optionalText(0, 4))
            switch invitation.verdict(keyFingerprint: keyFingerprint, at: time) {
            case .expired: return .expired
            case .used: return .used
            case .again:
                let node = Self.nodes(try connection.run("\(Self.selectNode) WHERE name = $1", [.text(invitation.node)])).first
                guard let node, node.keyFingerprint == keyFingerprint, node.revokedAt == nil else { return .used }
                return .accepted(node)
            case .redeem:
                let use = PostgresStatement(
                    "UPDATE invitations SET used_at = $2, used_by = $3 WHERE secret_hash = $1",
                    [.bytea(secretHash), .time(time), .text(keyFingerprint)])
                let answers = try connection.run(
                    [use] + Self.joining(invitation, keyFingerprint, sealingKey, time) + [PostgresStatement("COMMIT")])
                return Self.nodes(answers[1]).first.map(Redemption.accepted) ?? .unknown
            }
        }
    }

    /// The first statement answers with the node's row.
    private static func joining(
        _ invitation: StoredInvitation, _ keyFingerprint: String, _ sealingKey: String, _ time: Timestamp
    ) -> [PostgresStatement] {
        [
            PostgresStatement(
                """
                INSERT INTO nodes (name, site, added_at, joined_at, key_fingerprint, sealing_key) VALUES ($1, $2, $3, $3, $4, $5)
                ON CONFLICT (name) DO UPDATE SET site = excluded.site, joined_at = excluded.joined_at,
                    key_fingerprint = excluded.key_fingerprint, sealing_key = excluded.sealing_key, revoked_at = NULL,
                    asks_since = NULL, admitted_until = NULL
                RETURNING \(nodeColumns)
                """, [.text(invitation.node), .text(invitation.site), .time(time), .text(keyFingerprint), .text(sealingKey)]),
            PostgresStatement(
                "UPDATE certificates SET revoked_at = $3 WHERE node = $1 AND key_fingerprint <> $2 AND revoked_at IS NULL",
                [.text(invitation.node), .text(keyFingerprint), .time(time)]),
        ]
    }

    private static func withdrawal(of node: String) -> PostgresStatement {
        PostgresStatement("DELETE FROM invitations WHERE node = $1 AND used_at IS NULL", [.text(node)])
    }
}

// MARK: Nodes

extension PostgresStore {
    package func fleetNode(_ name: String) async throws(StoreError) -> FleetNode? {
        Self.nodes(try await query("\(Self.selectNode) WHERE name = $1", [.text(name)])).first
    }

    package func fleetNodes() async throws(StoreError) -> [FleetNode] {
        Self.nodes(try await query("\(Self.selectNode) ORDER BY name"))
    }

    package func askAdmission(node: String, at time: Timestamp) async throws(StoreError) {
        _ = try await query(
            "UPDATE nodes SET asks_since = $2 WHERE name = $1 AND asks_since IS NULL AND revoked_at IS NULL", [.text(node), .time(time)])
    }

    package func admit(node: String, until time: Timestamp) async throws(StoreError) -> Bool {
        try await query(
            "UPDATE nodes SET admitted_until = $2, asks_since = NULL WHERE name = $1 AND revoked_at IS NULL", [.text(node), .time(time)]
        ).affected == 1
    }

    package func revokeNode(_ name: String, at time: Timestamp) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) in
            try connection.run([
                PostgresStatement("BEGIN"), Self.withdrawal(of: name),
                PostgresStatement(
                    """
                    UPDATE nodes SET revoked_at = coalesce(revoked_at, $2), asks_since = NULL, admitted_until = NULL WHERE name = $1
                    """, [.text(name), .time(time)]),
                PostgresStatement(
                    "UPDATE certificates SET revoked_at = $2 WHERE node = $1 AND revoked_at IS NULL", [.text(name), .time(time)]),
                PostgresStatement("COMMIT"),
            ])[2].affected == 1
        }
    }

    private static let nodeColumns = "name, site, added_at, joined_at, key_fingerprint, sealing_key, revoked_at, asks_since, admitted_until"
    private static let selectNode = "SELECT \(nodeColumns) FROM nodes"

    private static func nodes(_ rows: PostgresRows) -> [FleetNode] {
        (0..<rows.count).map {
            FleetNode(
                name: rows.text($0, 0), site: rows.text($0, 1), addedAt: rows.time($0, 2), joinedAt: rows.optionalTime($0, 3),
                keyFingerprint: rows.optionalText($0, 4), sealingKey: rows.optionalText($0, 5), revokedAt: rows.optionalTime($0, 6),
                asksSince: rows.optionalTime($0, 7), admittedUntil: rows.optionalTime($0, 8))
        }
    }
}

// MARK: Certificates

extension PostgresStore {
    package func addCertificate(_ certificate: CertificateRecord) async throws(StoreError) -> Bool {
        // The node's row is locked: it is revoked, or gets another key, before this or after it, and then this certificate goes as well.
        // One that is there already counts as added where it is the same: the caller may repeat what it had no answer to.
        try await callInTurn { (connection) throws(PostgresError) in
            try connection.run(
                """
                INSERT INTO certificates AS c (serial, node, key_fingerprint, issued_at, not_after)
                SELECT $1, name, key_fingerprint, $2, $3 FROM nodes WHERE name = $4 AND key_fingerprint = $5 AND revoked_at IS NULL FOR SHARE
                ON CONFLICT (serial) DO UPDATE SET serial = excluded.serial
                    WHERE c.node = excluded.node AND c.key_fingerprint = excluded.key_fingerprint AND c.issued_at = excluded.issued_at
                        AND c.not_after = excluded.not_after AND c.revoked_at IS NULL
                """,
                [
                    .text(certificate.serial), .time(certificate.issuedAt), .time(certificate.notAfter), .text(certificate.node),
                    .text(certificate.keyFingerprint),
                ]
            ).affected == 1
        }
    }

    package func certificate(serial: String) async throws(StoreError) -> CertificateRecord? {
        Self.certificates(try await query("\(Self.selectCertificate) WHERE serial = $1", [.text(serial)])).first
    }

    package func latestCertificate(node: String) async throws(StoreError) -> CertificateRecord? {
        Self.certificates(
            try await query("\(Self.selectCertificate) WHERE node = $1 ORDER BY issued_at DESC, serial DESC LIMIT 1", [.text(node)])
        ).first
    }

    package func revokedCertificates(at time: Timestamp) async throws(StoreError) -> [CertificateRecord] {
        Self.certificates(
            try await query(
                "\(Self.selectCertificate) WHERE revoked_at IS NOT NULL AND not_after >= $1 ORDER BY serial", [.time(time)]))
    }

    private static let selectCertificate = "SELECT serial, node, issued_at, not_after, key_fingerprint, revoked_at FROM certificates"

    private static func certificates(_ rows: PostgresRows) -> [CertificateRecord] {
        (0..<rows.count).map {
            CertificateRecord(
                serial: rows.text($0, 0), node: rows.text($0, 1), issuedAt: rows.time($0, 2), notAfter: rows.time($0, 3),
                keyFingerprint: rows.text($0, 4), revokedAt: rows.optionalTime($0, 5))
        }
    }
}

// MARK: Cameras

extension PostgresStore {
    package func claimCameras(node: String, cameras: [String], at time: Timestamp) async throws(StoreError) -> [CameraClaim] {
        let claims = try await callInTurn { (connection) throws(PostgresError) -> PostgresRows? in
            // Locked, so that a node is not revoked while it claims.
            let known = try connection.run([
                PostgresStatement("BEGIN"),
                PostgresStatement("SELECT 1 FROM nodes WHERE name = $1 AND revoked_at IS NULL FOR SHARE", [.text(node)]),
            ])[1]
            guard known.count == 1 else { return nil }
            // A taken camera is updated to what it is: that waits for whoever else claims it, locks its row, and yields its owner.
            // In one order for all, so that nobody waits for one who waits for him.
            let claim = PostgresStatement(
                """
                WITH claims AS (
                    INSERT INTO cameras AS c (id, node, claimed_at)
                    SELECT asked.id, $2, $3 FROM (SELECT DISTINCT id COLLATE "C" AS id FROM unnest($1) AS a (id)) asked ORDER BY asked.id
                    ON CONFLICT (id) DO UPDATE SET node = c.node RETURNING c.id, c.node
                )
                SELECT id, node FROM claims ORDER BY id
                """, [.texts(cameras), .text(node), .time(time)])
            return try connection.run([claim, PostgresStatement("COMMIT")])[0]
        }
        guard let claims else { throw StoreError(claimBy: node) }
        return (0..<claims.count).map { CameraClaim(camera: claims.text($0, 0), owner: claims.text($0, 1)) }
    }

    package func cameras() async throws(StoreError) -> [CameraRecord] {
        let rows = try await query("SELECT id, node, claimed_at FROM cameras ORDER BY id")
        return (0..<rows.count).map { CameraRecord(id: rows.text($0, 0), node: rows.text($0, 1), claimedAt: rows.time($0, 2)) }
    }

    package func moveCamera(_ id: String, to node: String) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) in
            let answers = try connection.run([
                PostgresStatement("BEGIN"), Self.lock(id),
                PostgresStatement(
                    """
                    UPDATE cameras SET node = $2 WHERE id = $1 AND EXISTS (SELECT 1 FROM nodes WHERE name = $2 AND revoked_at IS NULL)
                    """, [.text(id), .text(node)]),
            ])
            let isMoved = answers[2].affected == 1
            let isAnother = isMoved && answers[1].text(0, 0) != node
            _ = try connection.run((isAnother ? [Self.forgetCameraReport(id)] : []) + [PostgresStatement("COMMIT")])
            return isMoved
        }
    }

    package func releaseCamera(_ id: String) async throws(StoreError) -> Bool {
        try await callInTurn { (connection) throws(PostgresError) in
            try connection.run(
                [PostgresStatement("BEGIN"), Self.lock(id), PostgresStatement("DELETE FROM cameras WHERE id = $1", [.text(id)])]
                    + Self.forgetDeletions(of: id) + Self.takeFromKiosks(id) + [PostgresStatement("COMMIT")])[2].affected == 1
        }
    }
}

// MARK: Changes

extension PostgresStore {
    package func fleetStamp() async throws(StoreError) -> String {
        try await query(
            """
            SELECT concat_ws(' ',
                (SELECT concat_ws(' ', count(*), max(joined_at), count(revoked_at), max(revoked_at)) FROM nodes),
                (SELECT concat_ws(' ', count(*), max(revoked_at)) FROM certificates WHERE revoked_at IS NOT NULL),
                (SELECT md5(string_agg(id || '=' || node, ',' ORDER BY id)) FROM cameras))
            """
        ).text(0, 0)
    }
}

// MARK: The authority

extension PostgresStore {
    package func authorityFingerprint() async throws(StoreError) -> String? {
        let rows = try await query("SELECT fingerprint FROM authority")
        return rows.count == 1 ? rows.text(0, 0) : nil
    }

    package func setAuthorityFingerprint(_ fingerprint: String) async throws(StoreError) -> Bool {
        // Updated to what it is: of two replicas that make one at once, the second waits and sees the first one's.
        try await query(
            """
            INSERT INTO authority AS a (one, fingerprint) VALUES (1, $1)
            ON CONFLICT (one) DO UPDATE SET fingerprint = a.fingerprint RETURNING a.fingerprint = $1
            """, [.text(fingerprint)]
        ).bool(0, 0)
    }
}
