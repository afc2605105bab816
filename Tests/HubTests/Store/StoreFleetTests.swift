import Base
import Foundation
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, fifth part: joining, certificates, cameras and the authority.
@Suite(.storeTurns) struct StoreFleetTests {
    private static let noon = EventMaker.noon
    private static func after(_ seconds: Double) -> Timestamp { noon.advanced(bySeconds: seconds) }

    private static func invitation(_ node: String, secret: UInt8, site: String = "home", minutes: Double = 60) -> InvitationRecord {
        InvitationRecord(
            secretHash: hash(secret), site: site, node: node, createdAt: noon, expiresAt: noon.advanced(bySeconds: minutes * 60))
    }

    private static func hash(_ secret: UInt8) -> [UInt8] { [UInt8](repeating: secret, count: 32) }

    private static func certificate(_ serial: String, _ node: String, key: String, days: Double = 90) -> CertificateRecord {
        CertificateRecord(serial: serial, node: node, issuedAt: noon, notAfter: after(days * 86_400), keyFingerprint: key)
    }

    /// Invites a node and has it join.
    private static func join(
        _ node: String, key: String, secret: UInt8, at time: Timestamp = noon, _ store: any FleetStore
    ) async throws {
        try await store.addInvitation(invitation(node, secret: secret))
        let outcome = try await store.redeemInvitation(
            secretHash: hash(secret), keyFingerprint: key, sealingKey: "s-\(key)", at: time)
        _ = try #require(outcome.node)
    }

    // MARK: Joining

    @Test(arguments: StoreKind.allCases)
    func `A node joins with an invitation, and node add still works beside it`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await store.upsertNode(NodeRecord(name: "porch", site: "home", addedAt: Self.noon))
        #expect(try await store.fleetNode("porch") == FleetNode(name: "porch", site: "home", addedAt: Self.noon))
        try await store.addInvitation(Self.invitation("porch", secret: 1, site: "farm"))
        try await store.addInvitation(Self.invitation("attic", secret: 2))
        let porch = FleetNode(
            name: "porch", site: "farm", addedAt: Self.noon, joinedAt: Self.after(5), keyFingerprint: "k1", sealingKey: "s1")
        let attic = FleetNode(
            name: "attic", site: "home", addedAt: Self.after(6), joinedAt: Self.after(6), keyFingerprint: "k2", sealingKey: "s2")
        #expect(
            try await store.redeemInvitation(secretHash: Self.hash(1), keyFingerprint: "k1", sealingKey: "s1", at: Self.after(5))
                == .accepted(porch))
        #expect(
            try await store.redeemInvitation(secretHash: Self.hash(2), keyFingerprint: "k2", sealingKey: "s2", at: Self.after(6))
                == .accepted(attic))
        #expect(try await store.fleetNodes() == [attic, porch])
        #expect(try await store.fleetNode("cellar") == nil)
        try await store.upsertNode(NodeRecord(name: "porch", site: "barn", addedAt: Self.after(9)))
        var moved = porch
        moved.site = "barn"
        #expect(try await store.fleetNode("porch") == moved)
        #expect(try await store.nodes().map(\.site) == ["home", "barn"])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `An invitation that is unknown, too old or used lets nobody in`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        func redeem(_ secret: UInt8, key: String, at seconds: Double) async throws -> Redemption {
            try await store.redeemInvitation(secretHash: Self.hash(secret), keyFingerprint: key, sealingKey: "s", at: Self.after(seconds))
        }
        try await store.addInvitation(Self.invitation("porch", secret: 1, minutes: 1))
        #expect(try await redeem(9, key: "k1", at: 0) == .unknown)
        #expect(try await redeem(1, key: "k1", at: 60) == .expired)
        #expect(try await store.fleetNode("porch") == nil)
        #expect(try await redeem(1, key: "k1", at: 59.999999).node != nil)
        #expect(try await redeem(1, key: "k2", at: 59.999999) == .used)
        #expect(try await redeem(1, key: "k2", at: 3600) == .used)
        #expect(try await store.fleetNode("porch")?.keyFingerprint == "k1")
    }

    @Test(arguments: StoreKind.allCases)
    func `One whose answer was lost asks again for ten minutes, unless things have moved on`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        func again(at seconds: Double) async throws -> Redemption {
            try await store.redeemInvitation(secretHash: Self.hash(1), keyFingerprint: "k1", sealingKey: "x", at: Self.after(seconds))
        }
        try await Self.join("porch", key: "k1", secret: 1, store)
        let joined = try #require(try await store.fleetNode("porch"))
        // As it was: another sealing key or time is not taken from a repetition.
        #expect(try await again(at: 600) == .accepted(joined))
        #expect(try await store.fleetNode("porch") == joined)
        #expect(try await again(at: 600.000001) == .used)
        #expect(try await store.revokeNode("porch", at: Self.after(1)))
        #expect(try await again(at: 2) == .used)
        #expect(try await store.fleetNode("porch")?.revokedAt == Self.after(1))
        try await Self.join("porch", key: "k2", secret: 2, store)
        #expect(try await again(at: 3) == .used)
        #expect(try await store.fleetNode("porch")?.keyFingerprint == "k2")
    }

    @Test(arguments: StoreKind.allCases)
    func `A new invitation replaces those of its node that nobody has used`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        func redeem(_ secret: UInt8) async throws -> Redemption {
            try await store.redeemInvitation(secretHash: Self.hash(secret), keyFingerprint: "k\(secret)", sealingKey: "s", at: Self.noon)
        }
        try await Self.join("porch", key: "k1", secret: 1, store)
        for secret in UInt8(2)...3 { try await store.addInvitation(Self.invitation("porch", secret: secret)) }
        try await store.addInvitation(Self.invitation("attic", secret: 4))
        #expect(try await redeem(2) == .unknown)
        // The used one stays, and tells whoever comes with it.
        #expect(try await redeem(1) == .accepted(try #require(try await store.fleetNode("porch"))))
        #expect(try await redeem(3).node?.name == "porch")
        #expect(try await redeem(4).node?.name == "attic")
    }

    @Test(arguments: StoreKind.allCases)
    func `Invitations of one node that are made at once leave one`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let stores = [fixture.store, try await fixture.replica()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for secret in UInt8(1)...24 {
                group.addTask { try await stores[Int(secret) % 2].addInvitation(Self.invitation("porch", secret: secret)) }
            }
            try await group.waitForAll()
        }
        var accepted = 0
        for secret in UInt8(1)...24 {
            // With one key, so that none is refused for another's having been used.
            let outcome = try await stores[0].redeemInvitation(
                secretHash: Self.hash(secret), keyFingerprint: "k", sealingKey: "s", at: Self.noon)
            if outcome != .unknown { accepted += 1 }
        }
        #expect(accepted == 1)
        await stores[1].close()
    }

    @Test(arguments: StoreKind.allCases)
    func `Of several that come with one invitation at once, exactly one is let in`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let stores = [fixture.store, try await fixture.replica()]
        for round in UInt8(1)...12 {
            let node = "node-\(round)"
            try await stores[0].addInvitation(Self.invitation(node, secret: round))
            let outcomes = try await withThrowingTaskGroup(of: Redemption.self) { group in
                for lane in 0..<6 {
                    group.addTask {
                        try await stores[lane % 2].redeemInvitation(
                            secretHash: Self.hash(round), keyFingerprint: "k\(lane)", sealingKey: "s\(lane)", at: Self.noon)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let winner = try #require(try await stores[1].fleetNode(node))
            #expect(outcomes.filter { $0 == .used }.count == 5)
            #expect(outcomes.filter { $0 == .accepted(winner) }.count == 1)
        }
        await stores[1].close()
    }

    @Test(arguments: StoreKind.allCases)
    func `A new disk replaces the old one, its certificates and its revocation`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await Self.join("porch", key: "k1", secret: 1, store)
        try await Self.join("attic", key: "k9", secret: 2, store)
        #expect(try await store.addCertificate(Self.certificate("01", "porch", key: "k1")))
        #expect(try await store.addCertificate(Self.certificate("09", "attic", key: "k9")))
        // With the same key nothing of it ends.
        try await Self.join("porch", key: "k1", secret: 3, store)
        #expect(try await store.certificate(serial: "01") == Self.certificate("01", "porch", key: "k1"))
        try await store.askAdmission(node: "porch", at: Self.noon)
        #expect(try await store.admit(node: "porch", until: Self.after(60)))
        try await store.askAdmission(node: "porch", at: Self.noon)
        try await Self.join("porch", key: "k2", secret: 4, at: Self.after(9), store)
        #expect(
            try await store.fleetNode("porch")
                == FleetNode(
                    name: "porch", site: "home", addedAt: Self.noon, joinedAt: Self.after(9), keyFingerprint: "k2", sealingKey: "s-k2"))
        #expect(try await store.certificate(serial: "01")?.revokedAt == Self.after(9))
        #expect(try await store.certificate(serial: "09")?.revokedAt == nil)
        #expect(try await store.revokeNode("porch", at: Self.after(10)))
        try await Self.join("porch", key: "k2", secret: 5, at: Self.after(11), store)
        #expect(try await store.fleetNode("porch")?.revokedAt == nil)
        #expect(try await store.addCertificate(Self.certificate("02", "porch", key: "k2")))
        #expect(try await store.check() == [])
    }

    // MARK: Certificates

    @Test(arguments: StoreKind.allCases)
    func `A certificate is noted only for the key of a node that may connect`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let certificate = Self.certificate("0a", "porch", key: "k1")
        #expect(try await !store.addCertificate(certificate))
        try await store.upsertNode(NodeRecord(name: "porch", site: "home", addedAt: Self.noon))
        #expect(try await !store.addCertificate(certificate))
        try await Self.join("porch", key: "k1", secret: 1, store)
        #expect(try await !store.addCertificate(Self.certificate("0a", "porch", key: "k2")))
        #expect(try await store.certificate(serial: "0a") == nil)
        #expect(try await store.addCertificate(certificate))
        #expect(try await store.certificate(serial: "0a") == certificate)
        // Again, after an answer that was lost; but a serial stands for one certificate.
        #expect(try await store.addCertificate(certificate))
        #expect(try await !store.addCertificate(Self.certificate("0a", "porch", key: "k1", days: 900)))
        #expect(try await store.certificate(serial: "0a") == certificate)
        #expect(try await store.revokeNode("porch", at: Self.after(1)))
        #expect(try await !store.addCertificate(certificate))
        #expect(try await !store.addCertificate(Self.certificate("0b", "porch", key: "k1")))
        // One that was revoked stays so, though its key has come back.
        try await Self.join("porch", key: "k1", secret: 2, store)
        #expect(try await !store.addCertificate(certificate))
        #expect(try await store.certificate(serial: "0a")?.revokedAt == Self.after(1))
    }

    @Test(arguments: StoreKind.allCases)
    func `Revoking ends a node, its certificates and the invitations that wait for it`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await Self.join("porch", key: "k1", secret: 1, store)
        try await Self.join("attic", key: "k2", secret: 2, store)
        for (serial, days) in [("0c", 30.0), ("0a", 90), ("0b", 60)] {
            #expect(try await store.addCertificate(Self.certificate(serial, "porch", key: "k1", days: days)))
        }
        #expect(try await store.addCertificate(Self.certificate("0d", "attic", key: "k2")))
        try await store.addInvitation(Self.invitation("porch", secret: 3))
        try await store.addInvitation(Self.invitation("cellar", secret: 4))
        try await store.askAdmission(node: "porch", at: Self.noon)
        #expect(try await store.revokedCertificates(at: Self.noon) == [])
        #expect(try await store.revokeNode("porch", at: Self.after(1)))
        #expect(try await !store.revokeNode("cellar", at: Self.after(1)))
        for secret in UInt8(3)...4 {
            let outcome = try await store.redeemInvitation(
                secretHash: Self.hash(secret), keyFingerprint: "k", sealingKey: "s", at: Self.after(2))
            #expect(outcome == .unknown)
        }
        let revoked = try #require(try await store.fleetNode("porch"))
        #expect(revoked.revokedAt == Self.after(1))
        #expect(revoked.asksSince == nil)
        #expect(try await store.fleetNode("attic")?.revokedAt == nil)
        #expect(try await store.revokedCertificates(at: Self.after(2)).map(\.serial) == ["0a", "0b", "0c"])
        #expect(try await store.revokedCertificates(at: Self.after(2)).allSatisfy { $0.revokedAt == Self.after(1) })
        // A certificate is still valid in its last moment.
        #expect(try await store.revokedCertificates(at: Self.after(60 * 86_400)).map(\.serial) == ["0a", "0b"])
        #expect(try await store.revokedCertificates(at: Self.after(60 * 86_400 + 0.000001)).map(\.serial) == ["0a"])
        #expect(try await store.revokeNode("porch", at: Self.after(9)))
        #expect(try await store.fleetNode("porch")?.revokedAt == Self.after(1))
        #expect(try await store.certificate(serial: "0a")?.revokedAt == Self.after(1))
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `No certificate slips past a revocation or another key at the same moment`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let stores = [fixture.store, try await fixture.replica()]
        for round in UInt8(1)...12 {
            let (ended, moved) = ("ended-\(round)", "moved-\(round)")
            try await Self.join(ended, key: "k1", secret: round, stores[0])
            try await Self.join(moved, key: "k1", secret: 100 + round, stores[0])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (lane, node) in [ended, moved, ended, moved, ended, moved].enumerated() {
                    let certificate = Self.certificate("\(node)-\(lane)", node, key: "k1")
                    group.addTask { _ = try await stores[lane % 2].addCertificate(certificate) }
                }
                group.addTask { _ = try await stores[1].revokeNode(ended, at: Self.noon) }
                group.addTask { try await Self.join(moved, key: "k2", secret: 200 + round, stores[0]) }
                try await group.waitForAll()
            }
            #expect(try await stores[0].check() == [])
            for lane in [1, 3, 5] {
                let left = try await stores[0].certificate(serial: "\(moved)-\(lane)")
                #expect(left == nil || left?.revokedAt != nil)
            }
        }
        await stores[1].close()
    }

    @Test(arguments: StoreKind.allCases)
    func `A node asks to be let in again, and one click does it`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await store.askAdmission(node: "porch", at: Self.noon)
        #expect(try await !store.admit(node: "porch", until: Self.after(60)))
        #expect(try await store.fleetNodes() == [])
        try await Self.join("porch", key: "k1", secret: 1, store)
        try await Self.join("attic", key: "k2", secret: 2, store)
        try await store.askAdmission(node: "porch", at: Self.after(1))
        try await store.askAdmission(node: "porch", at: Self.after(2))
        #expect(try await store.fleetNode("porch")?.asksSince == Self.after(1))
        #expect(try await store.fleetNode("attic")?.asksSince == nil)
        #expect(try await store.admit(node: "porch", until: Self.after(60)))
        #expect(try await store.fleetNode("porch")?.asksSince == nil)
        #expect(try await store.fleetNode("porch")?.admittedUntil == Self.after(60))
        #expect(try await store.revokeNode("porch", at: Self.after(3)))
        #expect(try await store.fleetNode("porch")?.admittedUntil == nil)
        try await store.askAdmission(node: "porch", at: Self.after(4))
        #expect(try await !store.admit(node: "porch", until: Self.after(90)))
        let revoked = try #require(try await store.fleetNode("porch"))
        #expect(revoked.asksSince == nil)
        #expect(revoked.admittedUntil == nil)
        #expect(revoked.revokedAt == Self.after(3))
    }

    // MARK: Cameras

    @Test(arguments: StoreKind.allCases)
    func `A camera belongs to the first that claims it, until it is moved or released`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for name in ["porch", "attic", "gone"] { try await store.upsertNode(NodeRecord(name: name, site: "home", addedAt: Self.noon)) }
        #expect(
            try await store.claimCameras(node: "porch", cameras: ["b", "a", "b"], at: Self.noon)
                == [CameraClaim(camera: "a", owner: "porch"), CameraClaim(camera: "b", owner: "porch")])
        #expect(
            try await store.claimCameras(node: "attic", cameras: ["c", "b"], at: Self.after(1))
                == [CameraClaim(camera: "b", owner: "porch"), CameraClaim(camera: "c", owner: "attic")])
        #expect(try await store.claimCameras(node: "attic", cameras: [], at: Self.noon) == [])
        #expect(try await store.moveCamera("b", to: "attic"))
        #expect(try await !store.moveCamera("b", to: "nobody"))
        #expect(try await !store.moveCamera("z", to: "attic"))
        #expect(
            try await store.cameras() == [
                CameraRecord(id: "a", node: "porch", claimedAt: Self.noon), CameraRecord(id: "b", node: "attic", claimedAt: Self.noon),
                CameraRecord(id: "c", node: "attic", claimedAt: Self.after(1)),
            ])
        #expect(try await store.releaseCamera("a"))
        #expect(try await !store.releaseCamera("a"))
        #expect(try await store.claimCameras(node: "attic", cameras: ["a"], at: Self.after(2)).map(\.owner) == ["attic"])
        // Who does not belong to the installation gets none.
        #expect(try await store.revokeNode("gone", at: Self.noon))
        #expect(try await !store.moveCamera("a", to: "gone"))
        for name in ["gone", "nobody"] {
            let error = await #expect(throws: StoreError.self) {
                try await store.claimCameras(node: name, cameras: ["a", "free"], at: Self.noon)
            }
            #expect(error?.code == .refused)
        }
        #expect(try await store.cameras().map(\.id) == ["a", "b", "c"])
        #expect(try await store.check() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Cameras that several nodes claim at once have one owner each, and all are told the same`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let stores = [fixture.store, try await fixture.replica()]
        let nodes = (0..<6).map { "node-\($0)" }
        for name in nodes { try await stores[0].upsertNode(NodeRecord(name: name, site: "home", addedAt: Self.noon)) }
        for round in 0..<8 {
            let cameras = (0..<12).map { "round-\(round)-camera-\($0)" }
            let answers = try await withThrowingTaskGroup(of: [CameraClaim].self) { group in
                for (lane, node) in nodes.enumerated() {
                    // In another order each: that must not make them wait for each other.
                    let asked = lane % 2 == 0 ? cameras : cameras.reversed()
                    group.addTask { try await stores[lane % 2].claimCameras(node: node, cameras: asked, at: Self.noon) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let owners = try await stores[1].cameras().filter { cameras.contains($0.id) }
            #expect(owners.count == cameras.count)
            for answer in answers { #expect(answer == owners.map { CameraClaim(camera: $0.id, owner: $0.node) }) }
        }
        await stores[1].close()
    }

    // MARK: The authority

    @Test(arguments: StoreKind.allCases)
    func `Replicas that make an authority at once agree on one`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let stores = [fixture.store, try await fixture.replica()]
        #expect(try await stores[0].authorityFingerprint() == nil)
        let winners = try await withThrowingTaskGroup(of: String?.self) { group in
            for lane in 0..<8 {
                group.addTask { try await stores[lane % 2].setAuthorityFingerprint("f\(lane)") ? "f\(lane)" : nil }
            }
            return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
        }
        #expect(winners.count == 1)
        let authority = try #require(try await stores[1].authorityFingerprint())
        #expect(winners == [authority])
        #expect(try await stores[1].setAuthorityFingerprint(authority))
        #expect(try await !stores[1].setAuthorityFingerprint("other"))
        #expect(try await stores[0].authorityFingerprint() == authority)
        await stores[1].close()
    }

    // MARK: The check

    @Test(
        arguments: StoreKind.allCases,
        [
            ("UPDATE cameras SET node = 'nobody'", "camera porch-cam: its node nobody is missing"),
            ("UPDATE certificates SET node = 'nobody' WHERE serial = '0a'", "certificate 0a: its node nobody is missing"),
            ("UPDATE certificates SET revoked_at = NULL WHERE node = 'gone'", "certificate 0b: it is not revoked, but its node gone is"),
            ("DELETE FROM nodes", "camera porch-cam: its node porch is missing"),
        ])
    func `The check finds planted damage`(_ kind: StoreKind, _ damage: (sql: String, finding: String)) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await Self.join("porch", key: "k1", secret: 1, store)
        try await Self.join("gone", key: "k2", secret: 2, store)
        #expect(try await store.addCertificate(Self.certificate("0a", "porch", key: "k1")))
        #expect(try await store.addCertificate(Self.certificate("0b", "gone", key: "k2")))
        _ = try await store.claimCameras(node: "porch", cameras: ["porch-cam"], at: Self.noon)
        #expect(try await store.revokeNode("gone", at: Self.noon))
        #expect(try await store.check() == [])
        try await fixture.execute(damage.sql)
        let lines = try await store.check()
        #expect(lines.contains(damage.finding), "\(lines)")
    }
}

extension Redemption {
    /// The node that was accepted.
    fileprivate var node: FleetNode? {
        if case .accepted(let node) = self { node } else { nil }
    }
}
