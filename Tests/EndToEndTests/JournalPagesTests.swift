import Base
import Foundation
import Hub
import Media
import Protocol
import TestSupport
import Testing
import Trust

/// The journals in Chromium, over a hub as the program composes it. What was seen is put into its store as ingest would.
@Suite("The journals", .serialized, .pairs)
struct JournalPagesTests {
    private struct Seen: Decodable {
        var console: [String]
        var foreign: [String]
        var hours: Int
        var latest: String
        var corrected: String
        var lines: Int
        var petHours: Int
        var rules: [String]
        var waits: [String]
        /// How many pictures of strangers were chosen, and what was said of them.
        var chosen: String
        var named: String
        var forgotten: String
        /// Bars of the hours on a pet's page, the same in its table, and what leads from a sighting to its event.
        var profileHours: Int
        var profileRows: Int
        var petLines: Int
        var sightingLink: String
        var violations: [String]
        var visits: [String]
        var wildlifeWidth: Int
        var petsWidth: Int
        var visitorsWidth: Int
    }

    private static func animal(_ label: String, _ species: String) -> String {
        #"{"objects":[{"label":"\#(label)","score":0.6,"species":{"name":"\#(species)","level":"species","score":0.91}}]}"#
    }

    private static func picture(in folder: TemporaryDirectory) async throws -> [UInt8] {
        let file = folder.path("picture.jpg")
        let status = try await ChildProcess(
            executable: "ffmpeg",
            arguments: ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x360", "-frames:v", "1", "-q:v", "8", file]
        ).waitForExit()
        try #require(status == 0)
        return Array(try Data(contentsOf: URL(filePath: file)))
    }

    @Test("are read, corrected and asked to tell of a pet, and fit a phone", .timeLimit(.minutes(10)))
    func browser() async throws {
        let running = try await RunningHub(password: Installation.password)
        let store = running.hub.store
        let now = SystemClock().now
        _ = try await running.join("porch")
        _ = try await store.claimCameras(node: "porch", cameras: ["garden", "hall"], at: now)
        var seq: Int64 = 0
        func event(_ hours: Double, _ type: String, _ camera: String, _ payload: String = "{}") throws -> Event {
            seq += 1
            let start = now.advanced(bySeconds: -hours * 3600)
            return try Event(
                id: EventID(at: start), rev: 1, node: "porch", epoch: "e", seq: seq, site: "home", sourceID: camera, type: type,
                severity: .notice, ts: start, endTS: start.advanced(bySeconds: 40), payload: Array(payload.utf8))
        }
        let owls = try [3.0, 7, 29].map { try event($0, "wildlife", "garden", Self.animal("bird", "owl")) }
        let others = try [
            event(60, "wildlife", "hall", Self.animal("dog", "fox")), event(5, "person", "hall"), event(8, "person", "garden"),
        ]
        let cat = #"{"objects":[{"label":"cat","score":0.8}]}"#
        let pets = try [2.0, 3.2, 4.5].map { try event($0, "pet", "garden", cat) }
        let strays = try [20.0, 21, 22].map { try event($0, "pet", "hall", cat) }
        _ = try await store.ingest([
            IngestBatch(node: "porch", epoch: "e", events: owls + others + pets + strays, refused: [], receivedAt: now)
        ])
        let jpeg = try await Self.picture(in: running.folder)
        let box = try SealedBox.seal(
            SnapshotWire.pack(thumbnail: jpeg, picture: jpeg), to: running.hub.keyring.publicKey,
            context: SnapshotWire.context(node: "porch", event: owls[0].id, rank: 3))
        #expect(try await store.putSnapshot(owls[0].id, node: "porch", rank: 3, box: box, at: now) == .stored)
        let milo = Individual(
            id: EventID(at: now), kind: .pet, name: "Milo", profile: .household, createdAt: now, createdBy: "admin")
        for pet in pets + strays {
            // Strays are read by the model that strangers are put together by, and are like nobody; Milo is known by another one.
            let stray = strays.firstIndex { $0.id == pet.id }
            let model = stray == nil ? "m" : RecognitionModels.current(.animal)
            var numbers = [Float](repeating: 0, count: stray == nil ? 2 : 1280)
            numbers[stray ?? 0] = 1
            let facts = PortraitFacts(event: pet.id, node: "porch", rank: 1, track: 1, kind: .animal, model: model)
            let portrait = Portrait(
                track: 1, kind: .animal, model: model, embedding: numbers, pictures: 1, label: "cat", crop: jpeg)
            let sealed = try SealedBox.seal(
                PortraitWire.pack(portrait), to: running.hub.keyring.publicKey,
                context: PortraitWire.context(node: "porch", event: pet.id, rank: 1))
            #expect(try await store.putPortrait(facts, box: sealed, at: now) == .stored)
        }
        #expect(try await store.say(.new(milo), in: pets.map(\.id), by: "admin", at: now) == .done)
        // The rule of the page is of the night; this one is of the whole day, and tells as soon as somebody says where the camera looks.
        for (from, to) in [(0, 720), (720, 0)] {
            let rule = PetRule(
                id: EventID(at: now), individual: milo.id, condition: .outside(from: from, to: to),
                createdAt: now.advanced(bySeconds: -86_400), createdBy: "admin")
            #expect(try await store.addPetRule(rule) == .added)
        }

        try await eventually("the web server to listen") { running.hub.web.boundPort != nil }
        let address = "http://127.0.0.1:\(running.hub.web.boundPort ?? 0)"
        let seen = try await BrowserScript("journals.py", address: address, screenshots: running.folder.path).seen(Seen.self)
        #expect(seen.console == [] && seen.foreign == [])
        #expect(seen.hours >= 2 && seen.petHours >= 2)
        #expect(seen.latest == "Owl" && seen.corrected == "Badger" && seen.lines == 5)
        #expect(seen.rules.suffix(2) == ["When Milo is outside between 22:00 and 06:00", "When Milo has not been seen for 12 h"])
        #expect(
            seen.waits.suffix(2) == [
                "Cannot tell now: No camera is said to look outdoors.", "Cannot tell now: Node porch is not connected.",
            ])
        #expect(seen.chosen == "2 pictures chosen" && seen.named == "2 pictures are of Luna now.")
        #expect(seen.forgotten == "1 picture was forgotten.")
        #expect(seen.profileHours >= 2 && seen.profileRows == seen.profileHours && seen.petLines == 4)
        #expect(seen.sightingLink.hasPrefix("/events/") && seen.violations == [])
        #expect(seen.visits == ["Somebody unknown", "Somebody unknown"])
        #expect([seen.wildlifeWidth, seen.petsWidth, seen.visitorsWidth].allSatisfy { $0 <= 360 })
        #expect(try await store.timeZones() == ["home": "Europe/Berlin"])
        #expect(try await store.places() == ["garden": .outdoor])
        #expect(try await store.check() == [])
        try await running.stop()
    }
}
