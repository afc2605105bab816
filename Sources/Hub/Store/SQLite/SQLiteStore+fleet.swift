package import Base
import Foundation
import GRDB

// MARK: Joining

extension SQLiteStore {
    package func addInvitation(_ invitation: InvitationRecord) async throws(StoreError) {
        try await write { db in
            try db.execute(sql: "DELETE FROM invitations WHERE node = ? AND used_at IS NULL", arguments: [invitation.node])
            try db.execute(
                sql: "INSERT INTO invitations (secret_hash, site, node, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    Data(invitation.secretHash), invitation.site, invitation.node, invitation.createdAt.microseconds,
                    invitation.expiresAt.microseconds,
                ])
        }
    }

    package func redeemInvitation(
        secretHash: [UInt8], keyFingerprint: String, sealingKey: String, at time: Timestamp
    ) async throws(StoreError) -> Redemption {
        try await write { db in
            guard let invitation = try Self.invitation(secretHash, db) else { return .unknown }
            switch invitation.verdict(keyFingerprint: keyFingerprint, at: time) {
            case .expired: return .expired
            case .used: return .used
            case .again:
                let node = try Self.fleetNode(invitation.node, db)
                guard let node, node.keyFingerprint == keyFingerprint, node.revokedAt == nil else { return .used }
                return .accepted(node)
            case .redeem:
                try db.execute(
                    sql: "UPDATE invitations SET used_at = ?, used_by = ? WHERE secret_hash = ?",
                    arguments: [time.microseconds, keyFingerprint, Data(secretHash)])
                try db.execute(
                    sql: """
                        INSERT INTO nodes (name, site, added_at, joined_at, key_fingerprint, sealing_key) VALUES (?1, ?2, ?3, ?3, ?4, ?5)
                        ON CONFLICT DO UPDATE SET site = excluded.site, joined_at = excluded.joined_at,
                            key_fingerprint = excluded.key_fingerprint, sealing_key = excluded.sealing_key, revoked_at = NULL,
                            asks_since = NULL, admitted_until = NULL
                        """, arguments: [invitation.node, invitation.site, time.microseconds, keyFingerprint, sealingKey])
                try db.execute(
                    sql: "UPDATE certificates SET revoked_at = ? WHERE node = ? AND key_fingerprint != ? AND revoked_at IS NULL",
                    arguments: [time.microseconds, invitation.node, keyFingerprint])
                return try Self.fleetNode(invitation.node, db).map(Redemption.accepted) ?? .unknown
            }
        }
    }

    private static func invitation(_ secretHash: [UInt8], _ db: Database) throws -> StoredInvitation? {
        let row = try Row.fetchOne(
            db, sql: "SELECT site, node, expires_at, used_at, used_by FROM invitations WHERE secret_hash = ?",
            arguments: [Data(secretHash)])
        return row.map {
            StoredInvitation(
                site: $0[0], node: $0[1], expiresAt: Timestamp(microseconds: $0[2]), usedAt: time($0[3]), usedBy: $0[4])
        }
    }
}

// MARK: Nodes

extension SQLiteStore {
    package func fleetNode(_ name: String) async throws(StoreError) -> FleetNode? {
        try await read { db in try Self.fleetNode(name, db) }
    }

    package func fleetNodes() async throws(StoreError) -> [FleetNode] {
        try await read { db in try Row.fetchAll(db, sql: "\(Self.selectNode) ORDER BY name").map(Self.fleetNode) }
    }

    package func askAdmission(node: String, at time: Timestamp) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE nodes SET asks_since = ? WHERE name = ? AND asks_since IS NULL AND revoked_at IS NULL",
                arguments: [time.microseconds, node])
        }
    }

    package func admit(node: String, until time: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: "UPDATE nodes SET admitted_until = ?, asks_since = NULL WHERE name = ? AND revoked_at IS NULL",
                arguments: [time.microseconds, node])
            return db.changesCount == 1
        }
    }

    package func revokeNode(_ name: String, at time: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(sql: "DELETE FROM invitations WHERE node = ? AND used_at IS NULL", arguments: [name])
            try db.execute(
                sql: "UPDATE certificates SET revoked_at = ? WHERE node = ? AND revoked_at IS NULL", arguments: [time.microseconds, name])
            try db.execute(
                sql: """
                    UPDATE nodes SET revoked_at = ifnull(revoked_at, ?), asks_since = NULL, admitted_until = NULL WHERE name = ?
                    """, arguments: [time.microseconds, name])
            return db.changesCount == 1
        }
    }

    private static let selectNode = """
        SELECT name, site, added_at, joined_at, key_fingerprint, sealing_key, revoked_at, asks_since, admitted_until FROM nodes
        """

    private static func fleetNode(_ name: String, _ db: Database) throws -> FleetNode? {
        try Row.fetchOne(db, sql: "\(selectNode) WHERE name = ?", arguments: [name]).map(fleetNode)
    }

    private static func fleetNode(_ row: Row) -> FleetNode {
        FleetNode(
            name: row[0], site: row[1], addedAt: Timestamp(microseconds: row[2]), joinedAt: time(row[3]), keyFingerprint: row[4],
            sealingKey: row[5], revokedAt: time(row[6]), asksSince: time(row[7]), admittedUntil: time(row[8]))
    }

    private static func time(_ microseconds: Int64?) -> Timestamp? { microseconds.map(Timestamp.init(microseconds:)) }
}

// MARK: Certificates

extension SQLiteStore {
    package func addCertificate(_ certificate: CertificateRecord) async throws(StoreError) -> Bool {
        try await write { db in
            // One that is there already counts as added where it is the same: the caller may repeat what it had no answer to.
            try db.execute(
                sql: """
                    INSERT INTO certificates AS c (serial, node, key_fingerprint, issued_at, not_after)
                    SELECT ?, name, key_fingerprint, ?, ? FROM nodes WHERE name = ? AND key_fingerprint = ? AND revoked_at IS NULL
                    ON CONFLICT DO UPDATE SET serial = excluded.serial
                        WHERE c.node = excluded.node AND c.key_fingerprint = excluded.key_fingerprint AND c.issued_at = excluded.issued_at
                            AND c.not_after = excluded.not_after AND c.revoked_at IS NULL
                    """,
                arguments: [
                    certificate.serial, certificate.issuedAt.microseconds, certificate.notAfter.microseconds, certificate.node,
                    certificate.keyFingerprint,
                ])
            return db.changesCount == 1
        }
    }

    package func certificate(serial: String) async throws(StoreError) -> CertificateRecord? {
        try await read { db in
            try Row.fetchOne(db, sql: "\(Self.selectCertificate) WHERE serial = ?", arguments: [serial]).map(Self.certificate)
        }
    }

    package func latestCertificate(node: String) async throws(StoreError) -> CertificateRecord? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "\(Self.selectCertificate) WHERE node = ? ORDER BY issued_at DESC, serial DESC LIMIT 1", arguments: [node]
            ).map(Self.certificate)
        }
    }

    package func revokedCertificates(at time: Timestamp) async throws(StoreError) -> [CertificateRecord] {
        try await read { db in
            try Row.fetchAll(
                db, sql: "\(Self.selectCertificate) WHERE revoked_at IS NOT NULL AND not_after >= ? ORDER BY serial",
                arguments: [time.microseconds]
            ).map(Self.certificate)
        }
    }

    private static let selectCertificate = "SELECT serial, node, issued_at, not_after, key_fingerprint, revoked_at FROM certificates"

    private static func certificate(_ row: Row) -> CertificateRecord {
        CertificateRecord(
            serial: row[0], node: row[1], issuedAt: Timestamp(microseconds: row[2]), notAfter: Timestamp(microseconds: row[3]),
            keyFingerprint: row[4], revokedAt: time(row[5]))
    }
}

// MARK: Cameras

extension SQLiteStore {
    package func claimCameras(node: String, cameras: [String], at time: Timestamp) async throws(StoreError) -> [CameraClaim] {
        try await write { db in
            guard try Bool.fetchOne(db, sql: "SELECT revoked_at IS NULL FROM nodes WHERE name = ?", arguments: [node]) == true else {
                throw StoreError(claimBy: node)
            }
            for camera in cameras {
                try db.execute(
                    sql: "INSERT INTO cameras (id, node, claimed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    arguments: [camera, node, time.microseconds])
            }
            let asked = cameras.map { _ in "?" }.joined(separator: ", ")
            return try Row.fetchAll(
                db, sql: "SELECT id, node FROM cameras WHERE id IN (\(asked)) ORDER BY id", arguments: StatementArguments(cameras)
            ).map { CameraClaim(camera: $0[0], owner: $0[1]) }
        }
    }

    package func cameras() async throws(StoreError) -> [CameraRecord] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT id, node, claimed_at FROM cameras ORDER BY id")
                .map { CameraRecord(id: $0[0], node: $0[1], claimedAt: Timestamp(microseconds: $0[2])) }
        }
    }

    package func moveCamera(_ id: String, to node: String) async throws(StoreError) -> Bool {
        try await write { db in
            let owner = try String.fetchOne(db, sql: "SELECT node FROM cameras WHERE id = ?", arguments: [id])
            try db.execute(
                sql: """
                    UPDATE cameras SET node = ?1 WHERE id = ?2
                        AND EXISTS (SELECT 1 FROM nodes WHERE name = ?1 AND revoked_at IS NULL)
                    """, arguments: [node, id])
            guard db.changesCount == 1 else { return false }
            if owner != node { try Self.forgetCameraReport(id, db) }
            return true
        }
    }

    package func releaseCamera(_ id: String) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(sql: "DELETE FROM cameras WHERE id = ?", arguments: [id])
            let isDone = db.changesCount == 1
            try Self.forgetDeletions(of: id, db)
            try Self.takeFromKiosks(id, db)
            return isDone
        }
    }
}

// MARK: Changes

extension SQLiteStore {
    package func fleetStamp() async throws(StoreError) -> String {
        try await read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT
                        (SELECT count(*) || ' ' || ifnull(max(joined_at), 0) || ' ' || count(revoked_at) || ' ' || ifnull(max(revoked_at), 0)
                            FROM nodes) || ' '
                        || (SELECT count(*) || ' ' || ifnull(max(revoked_at), 0) FROM certificates WHERE revoked_at IS NOT NULL) || ' '
                        || (SELECT ifnull(group_concat(id || '=' || node), '') FROM cameras)
                    """) ?? ""
        }
    }
}

// MARK: The authority

extension SQLiteStore {
    package func authorityFingerprint() async throws(StoreError) -> String? {
        try await read { db in try String.fetchOne(db, sql: "SELECT fingerprint FROM authority") }
    }

    package func setAuthorityFingerprint(_ fingerprint: String) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(sql: "INSERT INTO authority (one, fingerprint) VALUES (1, ?) ON CONFLICT DO NOTHING", arguments: [fingerprint])
            return try String.fetchOne(db, sql: "SELECT fingerprint FROM authority") == fingerprint
        }
    }
}
