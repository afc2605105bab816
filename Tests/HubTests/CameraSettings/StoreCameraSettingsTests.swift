import Base
import Foundation
import GRDB
import Postgres
import Protocol
import TestSupport
import Testing

@testable import Hub

/// The conformance suite, seventh part: the cameras' settings.
@Suite(.storeTurns) struct StoreCameraSettingsTests {
    private static let noon = EventMaker.noon
    private static func after(_ seconds: Double) -> Timestamp { noon.advanced(bySeconds: seconds) }
    private static let settings = Array(#"{"name":"Tür \u0000 <b>","sensitivity":70}"#.utf8)

    private static func report(
        _ revision: Int64, _ state: CameraConfigReport.State, _ digest: String, faults: [CameraConfigReport.Fault] = []
    ) -> CameraConfigReport {
        CameraConfigReport(
            revision: revision, state: state, settings: Array(#"{"sensitivity":50,"name":"Hof"}"#.utf8), digest: digest, faults: faults)
    }

    /// A store with two nodes, and two cameras of the first.
    private func withStore(_ kind: StoreKind, _ body: (any HubStore, StoreFixture) async throws -> Void) async throws {
        let fixture = try await StoreFixture.open(kind)
        defer { fixture.close() }
        for name in ["porch", "attic"] {
            try await fixture.store.upsertNode(NodeRecord(name: name, site: "home", addedAt: Self.noon))
        }
        _ = try await fixture.store.claimCameras(node: "porch", cameras: ["a", "b"], at: Self.noon)
        try await body(fixture.store, fixture)
        #expect(try await fixture.store.check() == [])
    }

    private func set(
        _ store: any HubStore, _ camera: String = "a", over digest: String? = nil, at seconds: Double = 1
    ) async throws -> CameraSettingsOutcome {
        try await store.setCameraSettings(camera, Self.settings, over: digest, by: "admin", at: Self.after(seconds))
    }

    @Test(arguments: StoreKind.allCases)
    func `What is wanted and what the node says are read back as they were written`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            #expect(try await store.cameraSettings("a") == CameraSettingsRecord(camera: "a", node: "porch"))
            #expect(try await store.cameraSettings("nobodys") == nil)
            #expect(try await store.wantedCameraSettings() == [])
            #expect(try await set(store) == .stored(revision: 1))
            var expected = CameraSettingsRecord(camera: "a", node: "porch")
            expected.wanted = WantedCameraSettings(
                revision: 1, settings: Self.settings, base: nil, changedAt: Self.after(1), changedBy: "admin")
            #expect(try await store.cameraSettings("a") == expected)
            let report = Self.report(
                1, .refused, "d1", faults: [.init(key: "zones[0].name", message: "\"Tür\" is no id"), .init(key: "gate", message: "no")])
            #expect(try await store.takeCameraReport(report, of: "a", at: Self.after(2)))
            expected.report = report
            expected.reportedAt = Self.after(2)
            #expect(try await store.cameraSettings("a") == expected)
            #expect(try await set(store, at: 3) == .stored(revision: 2))
            expected.wanted = WantedCameraSettings(
                revision: 2, settings: Self.settings, base: "d1", changedAt: Self.after(3), changedBy: "admin")
            #expect(try await store.cameraSettings("a") == expected)
            // A report alone wants nothing.
            #expect(try await store.takeCameraReport(Self.report(0, .own, "d0"), of: "b", at: Self.after(4)))
            #expect(try await store.wantedCameraSettings() == [expected])
            #expect(try await set(store, "b", at: 5) == .stored(revision: 1))
            #expect(try await store.wantedCameraSettings().map(\.camera) == ["a", "b"])
            #expect(try await store.cameraSettings("b")?.wanted?.base == "d0")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `A revision is above all that hub and node know`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            #expect(try await set(store) == .stored(revision: 1))
            #expect(try await set(store) == .stored(revision: 2))
            // As after a backup: the node has seen more than this hub.
            #expect(try await store.takeCameraReport(Self.report(41, .applied, "d41"), of: "a", at: Self.after(2)))
            #expect(try await set(store) == .undecided)
            #expect(try await set(store, over: "d41") == .stored(revision: 42))
            // A node that claims to have seen more than there can be would use up the numbers: it is not believed.
            #expect(try await store.takeCameraReport(Self.report(Limits.counter, .applied, "end"), of: "b", at: Self.after(2)))
            #expect(try await store.cameraSettings("b")?.report == nil)
            #expect(try await set(store, "b") == .stored(revision: 1))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `The same word of a node is no news, and of a camera that is nobody's nothing is kept`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            let report = Self.report(0, .own, "d0")
            #expect(try await store.takeCameraReport(report, of: "a", at: Self.after(1)))
            #expect(try await !store.takeCameraReport(report, of: "a", at: Self.after(2)))
            #expect(try await store.cameraSettings("a")?.reportedAt == Self.after(1))
            #expect(try await store.takeCameraReport(Self.report(0, .own, "d1"), of: "a", at: Self.after(3)))
            #expect(try await store.cameraSettings("a")?.report?.digest == "d1")
            #expect(try await !store.takeCameraReport(report, of: "nobodys", at: Self.after(1)))
            #expect(try await set(store, "nobodys") == .unknownCamera)
            _ = try await store.claimCameras(node: "attic", cameras: ["nobodys"], at: Self.after(4))
            #expect(try await store.cameraSettings("nobodys") == CameraSettingsRecord(camera: "nobodys", node: "attic"))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `What was changed on the node is replaced only by one who names it`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            #expect(try await set(store, over: "d0") == .outdated)
            #expect(try await store.takeCameraReport(Self.report(0, .own, "d0"), of: "a", at: Self.noon))
            #expect(try await set(store, over: "other") == .outdated)
            #expect(try await set(store, over: "d0") == .stored(revision: 1))
            #expect(try await store.takeCameraReport(Self.report(1, .conflict, "d1"), of: "a", at: Self.noon))
            #expect(try await store.cameraSettings("a")?.state == .conflict)
            #expect(try await set(store) == .undecided)
            #expect(try await set(store, over: "d0") == .outdated)
            #expect(try await store.cameraSettings("a")?.wanted?.revision == 1)
            #expect(try await set(store, over: "d1") == .stored(revision: 2))
            #expect(try await store.cameraSettings("a")?.wanted?.base == "d1")
            #expect(try await store.cameraSettings("a")?.state == .waiting)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Settings go with their camera, and move with it without the old node's word`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, _) async throws in
            for camera in ["a", "b"] {
                #expect(try await store.takeCameraReport(Self.report(0, .own, "d0"), of: camera, at: Self.noon))
                #expect(try await set(store, camera) == .stored(revision: 1))
            }
            let before = try #require(try await store.cameraSettings("a"))
            #expect(try await store.moveCamera("a", to: "porch"))
            #expect(try await !store.moveCamera("a", to: "nowhere"))
            #expect(try await store.cameraSettings("a") == before)
            #expect(try await store.moveCamera("a", to: "attic"))
            var moved = CameraSettingsRecord(camera: "a", node: "attic", wanted: before.wanted)
            moved.wanted?.base = nil
            #expect(try await store.cameraSettings("a") == moved)
            #expect(try await store.cameraSettings("b")?.report != nil)
            #expect(try await store.releaseCamera("b"))
            #expect(try await store.cameraSettings("b") == nil)
            #expect(try await store.wantedCameraSettings() == [moved])
            _ = try await store.claimCameras(node: "attic", cameras: ["b"], at: Self.noon)
            #expect(try await store.cameraSettings("b") == CameraSettingsRecord(camera: "b", node: "attic"))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `The stamp is another one after every change of what is wanted and of whose a camera is, and no other`(_ kind: StoreKind)
        async throws
    {
        try await withStore(kind) { (store, _) async throws in
            var stamp = try await store.cameraSettingsStamp()
            func changes(_ what: String, _ body: () async throws -> Void) async throws -> String {
                let before = stamp
                try await body()
                stamp = try await store.cameraSettingsStamp()
                #expect(stamp != before, "\(what)")
                return stamp
            }
            _ = try await changes("settings") { _ = try await set(store, at: 1) }
            _ = try await changes("the same again") { _ = try await set(store, at: 2) }
            _ = try await changes("another camera's") { _ = try await set(store, "b", at: 3) }
            _ = try await changes("a move") { _ = try await store.moveCamera("a", to: "attic") }
            var firsts: [String] = []
            for seconds in [4.0, 5] {
                _ = try await changes("a release") { _ = try await store.releaseCamera("a") }
                _ = try await changes("a claim") { _ = try await store.claimCameras(node: "attic", cameras: ["a"], at: Self.noon) }
                firsts.append(try await changes("settings after it") { _ = try await set(store, at: seconds) })
            }
            // Whoever looks only now and then sees that they are others, though of the same revision.
            #expect(firsts[0] != firsts[1])
            #expect(try await store.takeCameraReport(Self.report(1, .applied, "d1"), of: "a", at: Self.noon))
            #expect(try await store.cameraSettingsStamp() == stamp)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `Replicas that set settings at the same moment give each its own revision`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, fixture) async throws in
            let stores = [store, try await fixture.replica()]
            let outcomes = try await withThrowingTaskGroup(of: CameraSettingsOutcome.self) { group in
                for lane in 0..<12 { group.addTask { try await set(stores[lane % 2], at: Double(lane)) } }
                group.addTask {
                    for number in 0..<8 {
                        _ = try await stores[1].takeCameraReport(Self.report(0, .own, "d\(number)"), of: "a", at: Self.noon)
                    }
                    return .unknownCamera
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let revisions = outcomes.compactMap { if case .stored(let revision) = $0 { revision } else { nil } }
            #expect(revisions.sorted() == Array(1...12))
            #expect(try await store.cameraSettings("a")?.wanted?.revision == 12)
            if kind == .postgres { await stores[1].close() }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `A report that cannot be read is left out, and the next one takes its place`(_ kind: StoreKind) async throws {
        try await withStore(kind) { (store, fixture) async throws in
            #expect(try await store.takeCameraReport(Self.report(0, .own, "d0"), of: "a", at: Self.noon))
            try await fixture.execute("UPDATE camera_settings SET report = '{'")
            #expect(try await store.cameraSettings("a") == CameraSettingsRecord(camera: "a", node: "porch"))
            #expect(try await store.takeCameraReport(Self.report(0, .own, "d0"), of: "a", at: Self.noon))
            #expect(try await store.cameraSettings("a")?.report?.digest == "d0")
        }
    }
}
