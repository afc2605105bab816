import Base
import Testing

@testable import Hub

/// The conformance suite, part of screens and of the codes by which they are paired.
@Suite(.storeTurns) struct StoreKioskTests {
    private static let start = EventMaker.noon
    private static let plan = KioskPlan(name: "Kitchen", cameras: ["porch-cam", "door-cam"], side: 2, approvedBy: "ann")

    private static func hash(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

    /// Of a screen whose code has the hash of `byte + 100`.
    private static func pairing(_ byte: UInt8, after seconds: Double = 0, network: UInt8 = 200) -> KioskPairing {
        KioskPairing(
            secretHash: hash(byte), codeHash: hash(byte + 100), expiresAt: start.advanced(bySeconds: seconds + KioskPairing.length),
            networkHash: hash(network))
    }

    @Test(arguments: StoreKind.allCases)
    func `A code is approved once and claimed once, and the screen is a session until it is removed`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await store.addPairing(Self.pairing(1), limit: 10, at: Self.start)
        func claim(_ token: UInt8) async throws -> KioskClaim {
            try await store.claimPairing(secretHash: Self.hash(1), tokenHash: Self.hash(token), isSecure: true, at: Self.start)
        }
        #expect(try await claim(50) == .waiting)
        // The secret approves nothing, and the code claims nothing.
        #expect(try await !store.approvePairing(codeHash: Self.hash(1), Self.plan, at: Self.start))
        #expect(
            try await store.claimPairing(secretHash: Self.hash(101), tokenHash: Self.hash(50), isSecure: false, at: Self.start) == .over)
        #expect(try await store.approvePairing(codeHash: Self.hash(101), Self.plan, at: Self.start))
        #expect(try await !store.approvePairing(codeHash: Self.hash(101), Self.plan, at: Self.start))
        let kiosk = Kiosk(tokenHash: Self.hash(50), plan: Self.plan, createdAt: Self.start, usedAt: Self.start, isSecure: true)
        #expect(try await claim(50) == .claimed(kiosk))
        #expect(try await claim(51) == .over)
        #expect(try await store.kiosks() == [kiosk])

        // It is no account, and its session has no end.
        #expect(try await store.accounts() == [])
        let later = Self.start.advanced(bySeconds: 20 * 365 * 86_400)
        let session = try #require(try await store.session(tokenHash: Self.hash(50), at: later))
        #expect(session == kiosk.session && session.kind == .kiosk && session.account == "screen Kitchen")
        #expect(
            session.grants == [
                Grant(.viewer, camera: "porch-cam", video: true, faces: false),
                Grant(.viewer, camera: "door-cam", video: true, faces: false),
            ])
        for moment in [later, Self.start] { try await store.noteUse(of: Self.hash(50), at: moment) }
        #expect(try await store.kiosk(Self.hash(50))?.usedAt == later)
        #expect(try await store.deleteKiosk(Self.hash(51)) == nil)
        #expect(try await store.deleteKiosk(Self.hash(50)) == "Kitchen")
        #expect(try await store.session(tokenHash: Self.hash(50), at: Self.start) == nil)
        #expect(try await store.kiosks() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `What is over is neither approved nor claimed`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for byte in [UInt8(1), 2] { try await store.addPairing(Self.pairing(byte), limit: 10, at: Self.start) }
        #expect(try await store.approvePairing(codeHash: Self.hash(102), Self.plan, at: Self.start))
        let end = Self.pairing(1).expiresAt
        #expect(try await !store.approvePairing(codeHash: Self.hash(101), Self.plan, at: end))
        for byte in [UInt8(1), 2] {
            #expect(try await store.claimPairing(secretHash: Self.hash(byte), tokenHash: Self.hash(50), isSecure: false, at: end) == .over)
        }
        #expect(try await store.kiosks() == [])
    }

    @Test(arguments: StoreKind.allCases)
    func `Of two who approve or claim at once one does`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let (store, other) = (fixture.store, try await fixture.replica())
        try await store.addPairing(Self.pairing(1), limit: 10, at: Self.start)
        async let one = store.approvePairing(codeHash: Self.hash(101), Self.plan, at: Self.start)
        async let two = other.approvePairing(codeHash: Self.hash(101), Self.plan, at: Self.start)
        #expect(Set([try await one, try await two]) == [true, false])
        async let three = store.claimPairing(secretHash: Self.hash(1), tokenHash: Self.hash(50), isSecure: false, at: Self.start)
        async let four = other.claimPairing(secretHash: Self.hash(1), tokenHash: Self.hash(51), isSecure: false, at: Self.start)
        let claims = [try await three, try await four]
        #expect(claims.filter { $0 == .over }.count == 1)
        #expect(try await store.kiosks().count == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func `Where too many codes are open the oldest goes that nobody has approved`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        try await store.addPairing(Self.pairing(1), limit: 2, at: Self.start)
        #expect(try await store.approvePairing(codeHash: Self.hash(101), Self.plan, at: Self.start))
        for byte in UInt8(2)...4 {
            let seconds = Double(byte)
            try await store.addPairing(
                Self.pairing(byte, after: seconds), limit: 2, at: Self.start.advanced(bySeconds: seconds))
        }
        let now = Self.start.advanced(bySeconds: 5)
        for (byte, outcome) in [(UInt8(2), KioskClaim.over), (3, .waiting), (4, .waiting)] {
            #expect(
                try await store.claimPairing(secretHash: Self.hash(byte), tokenHash: Self.hash(50), isSecure: false, at: now) == outcome)
        }
        guard case .claimed = try await store.claimPairing(secretHash: Self.hash(1), tokenHash: Self.hash(50), isSecure: false, at: now)
        else {
            Issue.record("what was approved is gone")
            return
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `One network cannot push out the codes of others, and loses its own oldest`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        let codes: [(byte: UInt8, network: UInt8)] = [(1, 201), (2, 202), (3, 203), (4, 203), (5, 203), (6, 203)]
        for (number, code) in codes.enumerated() {
            let seconds = Double(number)
            try await store.addPairing(
                Self.pairing(code.byte, after: seconds, network: code.network), limit: 4, at: Self.start.advanced(bySeconds: seconds))
        }
        let now = Self.start.advanced(bySeconds: 10)
        for (byte, outcome) in [(1, .waiting), (2, .waiting), (3, .over), (4, .over), (5, .waiting), (6, .waiting)] as [(UInt8, KioskClaim)]
        {
            let claim = try await store.claimPairing(secretHash: Self.hash(byte), tokenHash: Self.hash(50), isSecure: false, at: now)
            #expect(claim == outcome, "\(byte)")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `A camera that is nobody's any more is on no screen, and a screen of nothing else is none`(_ kind: StoreKind) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        let store = fixture.store
        for node in ["porch", "attic"] { try await store.upsertNode(NodeRecord(name: node, site: "home", addedAt: Self.start)) }
        _ = try await store.claimCameras(node: "porch", cameras: ["door", "door-cam", "porch-cam"], at: Self.start)
        for byte in [UInt8(1), 2] {
            try await store.addPairing(Self.pairing(byte), limit: 10, at: Self.start)
            #expect(try await store.approvePairing(codeHash: Self.hash(byte + 100), Self.plan, at: Self.start))
        }
        func claim(_ byte: UInt8) async throws -> KioskClaim {
            try await store.claimPairing(secretHash: Self.hash(byte), tokenHash: Self.hash(byte + 50), isSecure: false, at: Self.start)
        }
        _ = try await claim(1)
        // The name of one within that of another.
        #expect(try await store.releaseCamera("door"))
        #expect(try await store.kiosks().map(\.plan) == [Self.plan])
        #expect(try await store.releaseCamera("door-cam"))
        _ = try await store.claimCameras(node: "attic", cameras: ["door-cam"], at: Self.start)
        guard case .claimed(let late) = try await claim(2) else {
            Issue.record("what was approved is gone")
            return
        }
        #expect(late.plan.cameras == ["porch-cam"])
        #expect(try await store.kiosks().map(\.plan.cameras) == [["porch-cam"], ["porch-cam"]])
        let session = try #require(try await store.session(tokenHash: Self.hash(51), at: Self.start))
        #expect(session.grants.map(\.camera) == ["porch-cam"])
        try await store.addPairing(Self.pairing(3), limit: 10, at: Self.start)
        let plan = KioskPlan(name: "Hall", cameras: ["porch-cam"], side: 1, approvedBy: "ann")
        #expect(try await store.approvePairing(codeHash: Self.hash(103), plan, at: Self.start))
        #expect(try await store.releaseCamera("porch-cam"))
        #expect(try await store.kiosks() == [])
        #expect(try await claim(3) == .over)
    }
}
