import Base
import EdgeNode
import Foundation
import Protocol
import TestSupport
import Testing
import Trust

@testable import Hub

/// Every page in Chromium, over a hub as the program composes it, with a camera whose node the test plays, and people, a pet and an animal
/// that it has seen. The script takes the list of pages from the reference, so that none is left out.
@Suite("Every page", .serialized, .pairs)
struct PagesTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        /// What axe complains of.
        var violations: [String]
        /// Pages that have to be scrolled sideways.
        var wide: [String]
        /// Controls that Tab never comes to.
        var missed: [String]
        /// Controls that look the same with the focus as without it.
        var unmarked: [String]
        /// Controls that something else hides while they have the focus.
        var covered: [String]
        /// Of all pages together, at both widths.
        var controls: Int
    }

    private static let settings =
        #"{"name":"Yard","snapshots":true,"sensitivity":50,"gate":true,"#
        + #""zones":[{"name":"drive","polygon":[[0.1,0.1],[0.9,0.1],[0.9,0.9]]}],"masks":[[[0,0],[0.2,0],[0.2,0.2]]],"#
        + #""objects":{"limits":[{"of":"person","zone":"drive","minimum_score":0.6}]}}"#

    /// What the node sends of what its camera saw.
    private struct Sender {
        let store: any HubStore
        let key: SealingPublicKey
        let picture: [UInt8]
        var seq: Int64 = 0

        mutating func event(_ hoursAgo: Double, _ type: String, _ severity: Severity, _ payload: String) async throws -> EventID {
            seq += 1
            let start = SystemClock().now.advanced(bySeconds: -hoursAgo * 3600)
            let event = try Event(
                id: EventID(at: start), rev: 1, node: "porch", epoch: "e1", seq: seq, site: "home", sourceID: "yard-cam", type: type,
                severity: severity, ts: start, endTS: start.advanced(bySeconds: 40), payload: Array(payload.utf8))
            _ = try await store.ingest([IngestBatch(node: "porch", epoch: "e1", events: [event], refused: [], receivedAt: start)])
            let framed = SnapshotBox(kind: .person, score: 0.9, area: SnapshotArea(left: 0.2, top: 0.2, right: 0.6, bottom: 0.8))
            let box = try SealedBox.seal(
                SnapshotWire.pack(thumbnail: picture, picture: picture, boxes: [framed]), to: key,
                context: SnapshotWire.context(node: "porch", event: event.id, rank: 3))
            #expect(try await store.putSnapshot(event.id, node: "porch", rank: 3, box: box, at: SystemClock().now) == .stored)
            return event.id
        }

        func portrait(_ event: EventID, _ kind: PortraitKind, _ embedding: [Float], _ label: String) async throws {
            let portrait = Portrait(
                track: 1, kind: kind, model: "m", embedding: embedding, pictures: 1, label: label, crop: picture)
            let box = try SealedBox.seal(
                PortraitWire.pack(portrait), to: key, context: PortraitWire.context(node: "porch", event: event, rank: 1))
            let facts = PortraitFacts(event: event, node: "porch", rank: 1, track: 1, kind: kind, model: "m")
            #expect(try await store.putPortrait(facts, box: box, at: SystemClock().now) == .stored)
        }

        func name(_ name: String, _ kind: IndividualKind, in events: [EventID]) async throws -> EventID {
            let now = SystemClock().now
            let individual = Individual(
                id: EventID(at: now), kind: kind, name: name, profile: .household, createdAt: now, createdBy: "admin")
            #expect(try await store.say(.new(individual), in: events, by: "admin", at: now) == .done)
            return individual.id
        }
    }

    /// Two people and two cats, of whom one of each has a name; an owl; something to be told of the cat.
    private static func fill(_ hub: RunningHub) async throws {
        try await hub.hub.store.setRecognition(
            RecognitionChoice(isOn: true, ground: "Our home", changedAt: SystemClock().now, changedBy: "admin"))
        let file = hub.folder.path("picture.jpg")
        try TestClips.run(["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360", "-frames:v", "1", "-q:v", "8", file])
        var sender = Sender(
            store: hub.hub.store, key: hub.hub.keyring.publicKey, picture: Array(try Data(contentsOf: URL(filePath: file))))
        let owl = #"{"objects":[{"label":"bird","score":0.6,"species":{"name":"owl","level":"species","score":0.91}}]}"#
        _ = try await sender.event(3, "wildlife", .notice, owl)
        _ = try await sender.event(4, "sound", .critical, #"{"why":"something broke"}"#)
        for (number, name) in ["Grace", nil].enumerated() {
            let event = try await sender.event(Double(number) + 1, "person", .alarm, #"{"why":"it moved"}"#)
            try await sender.portrait(event, .face, number == 0 ? [1, 0] : [0, 1], "person")
            if let name { _ = try await sender.name(name, .person, in: [event]) }
        }
        for (number, name) in ["Milo", nil].enumerated() {
            let event = try await sender.event(
                Double(number) + 1.5, "pet", .warning, #"{"objects":[{"label":"cat","score":0.8}]}"#)
            try await sender.portrait(event, .animal, number == 0 ? [1, 0] : [0, 1], "cat")
            guard let name else { continue }
            let rule = PetRule(
                id: EventID(at: SystemClock().now), individual: try await sender.name(name, .pet, in: [event]),
                condition: .outside(from: 1320, to: 360), createdAt: SystemClock().now, createdBy: "admin")
            #expect(try await hub.hub.store.addPetRule(rule) == .added)
        }
    }

    @Test(
        "can be used by keyboard alone and by who does not see it, fits a phone, has no error and asks nobody else, in both themes",
        .timeLimit(.minutes(10)))
    func pages() async throws {
        let hub = try await RunningHub(password: Installation.password)
        let identity = try await hub.join("porch")
        let node = PlayedNode(identity, brokerPort: hub.hub.broker?.port ?? 0, cameras: ["yard-cam": Self.settings])
        try await eventually("the web server to listen") { hub.hub.web.ports.plain != nil }
        let address = "http://127.0.0.1:\(hub.hub.web.ports.plain ?? 0)"
        try await node.run {
            try await eventually("the camera to be the node's") { try await hub.hub.store.cameraSettings("yard-cam")?.report != nil }
            try await Self.fill(hub)
            let seen = try await BrowserScript("pages.py", address: address, screenshots: hub.folder.path).seen(Seen.self)
            #expect(seen.console == [])
            #expect(seen.foreign == [])
            #expect(seen.violations == [])
            #expect(seen.wide == [])
            #expect(seen.missed == [])
            #expect(seen.unmarked == [])
            #expect(seen.covered == [])
            #expect(seen.controls > 200)
        }
        #expect(try await hub.hub.store.check() == [])
        try await hub.stop()
    }
}
