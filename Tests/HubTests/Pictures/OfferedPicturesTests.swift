import Base
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Media
import NIOSSL
import Protocol
import Sight
import Synchronization
import TestSupport
import Testing
import Vision

@testable import Hub

/// Pictures that people give over the API, read by a reader whose answers are known, and what comes of them.
@Suite(.timeLimit(.minutes(10))) struct OfferedPicturesTests {
    private static let model = "face-reidentification-retail-0095"

    /// A picture of one brightness; somebody's name is in its file.
    private static func picture(_ brightness: Int, name: String = "a.jpg") throws -> [UInt8] {
        let folder = try TemporaryDirectory("offered")
        let colour = "0x" + String(repeating: String(format: "%02x", brightness), count: 3)
        try TestClips.run([
            "-f", "lavfi", "-i", "color=\(colour):s=96x64", "-frames:v", "1", folder.path(name),
        ])
        var bytes = Array(try Data(contentsOf: URL(filePath: folder.path(name))))
        if name.hasSuffix("jpg") {
            bytes.insert(contentsOf: [0xff, 0xfe, 0, 14] + Array("BY-ZAPHODINE".utf8), at: 2)
        } else {
            bytes += Array("BY-ZAPHODINE".utf8)
        }
        return bytes
    }

    /// - Parameter angle: Of the direction in a plane, in degrees: near ones are alike.
    private static func subject(_ angle: Double?, box: Box = Box(x: 0.25, y: 0.25, width: 0.25, height: 0.25)) -> PictureSubject {
        let numbers = angle.map { angle in
            [Float(cos(angle * .pi / 180)), Float(sin(angle * .pi / 180))] + [Float](repeating: 0, count: 254)
        }
        return PictureSubject(box: box, score: 0.9, label: "person", embedding: numbers.flatMap { Embedding($0, model: model) })
    }

    private final class Count: Sendable {
        let value = Mutex(0)
    }

    struct Site: Sendable {
        let fixture: SnapshotFixture
        let event: EventID
        let porch: TLSConfiguration
        let cookie: HTTPFields
        let port: Int
        let anna: String

        func ask(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]? = nil) async throws -> (status: Int, body: [UInt8]) {
            var headers = cookie
            headers[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
            let response = try await SnapshotFixture.send(
                .init("/api/v1/\(path)", method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) }),
                as: try fixture.stranger(), port: port)
            return (response.status.code, response.body.map { Array($0.readableBytesView) } ?? [])
        }

        func give(_ picture: [UInt8]) async throws -> String {
            let (status, body) = try await ask(.post, "individuals/\(anna)/pictures", picture)
            #expect(status == 202, "\(String(decoding: body, as: UTF8.self))")
            return try #require(try JSONObject(body).string("id"))
        }

        /// State and trouble of each picture of Anna's.
        func pictures() async throws -> [String] {
            let object = try JSONObject(try await ask(.get, "individuals/\(anna)/pictures").body)
            return try (object.elements("items") ?? []).map { range in
                let picture = try JSONObject(Array(object.bytes[range]))
                return [picture.string("state"), picture.string("trouble")].compactMap(\.self).joined(separator: ": ")
            }
        }

        /// State and name of who was seen in the event.
        func said() async throws -> String {
            let identities = try #require(try await fixture.store.event(event)).identities
            let all = try JSONObject(Array("{\"all\":".utf8) + identities + [UInt8(ascii: "}")])
            return try (try all.elements("all") ?? []).map { range in
                let who = try JSONObject(Array(all.bytes[range]))
                return "\(who.string("state") ?? "-") \(who.string("name") ?? "-")"
            }.joined()
        }
    }

    /// A hub with a session, Anna, and an event with somebody's face in the direction of 0°.
    private static func withSite(_ body: @escaping @Sendable (Site, KnownPictureReader) async throws -> Void) async throws {
        let fixture = try await SnapshotFixture()
        let porch = try await fixture.join("porch", secret: 1)
        var maker = EventMaker()
        let event = try maker.event(type: "person")
        _ = try await fixture.store.ingest(maker.batch([event]))
        let running = [Task { try await fixture.identities.run() }, Task { try await fixture.pictures.run() }]
        defer { for task in running { task.cancel() } }
        try await fixture.serving { port in
            let cookie = try await fixture.cookie()
            try await fixture.identities.setRecognition(true, ground: "Our own home", by: "admin")
            let anna = try await fixture.identities.add(.person, name: "Anna", profile: .household, in: [], by: "admin")
            let portrait = Portrait(
                track: 1, kind: .face, model: model, embedding: [1, 0] + [Float](repeating: 0, count: 254), pictures: 1, label: "person",
                crop: [0xff, 0xd8, 0xff, 0xe0])
            let box = try fixture.seal(PortraitWire.pack(portrait), for: PortraitWire.context(node: "porch", event: event.id, rank: 1))
            try await fixture.identities.take(box, of: event.id, from: "porch", rank: 1)
            let site = Site(fixture: fixture, event: event.id, porch: porch, cookie: cookie, port: port, anna: "\(anna)")
            try await body(site, fixture.reader)
        }
        for task in running {
            task.cancel()
            try await task.value
        }
    }

    @Test func `Somebody is known by a picture that was given, until it is taken away`() async throws {
        try await Self.withSite { site, reader in
            reader.answer(80...120, [Self.subject(2)])
            try await eventually("the event was compared") { try await site.said() == "unknown -" }
            let picture = try await site.give(try Self.picture(100))
            try await eventually("the event shows her") { try await site.said() == "known Anna" }
            #expect(try await site.pictures() == ["known"])
            let known = try await site.ask(.get, "individuals/\(site.anna)")
            #expect(String(decoding: known.body, as: UTF8.self).contains(#""pictures":1,"portrait":"\#(picture)""#))
            // What was cut out of it, on its own address and on that of portraits.
            for path in ["individuals/\(site.anna)/pictures/\(picture)/image.jpg", "events/\(picture)/portrait.jpg"] {
                let image = try await site.ask(.get, path)
                #expect(image.status == 200 && image.body.starts(with: [0xff, 0xd8]))
                let held = try PictureFile.decode(image.body, side: 500)
                #expect(held.width < 96 && held.height < 64)
            }
            let export = try await site.ask(.get, "individuals/\(site.anna)/export")
            #expect(String(decoding: export.body, as: UTF8.self).contains(picture))
            reader.install(false)
            let waiting = try await site.give(try Self.picture(100))
            let other = try await site.ask(.get, "individuals/\(site.anna)/export")
            #expect(String(decoding: other.body, as: UTF8.self).contains(#""given":[{"id":"\#(waiting)","state":"waiting""#))
            #expect(try await site.ask(.delete, "individuals/\(site.anna)/pictures/\(waiting)").status == 204)

            #expect(try await site.ask(.delete, "individuals/\(site.anna)/pictures/\(site.event)").status == 404)
            #expect(try await site.ask(.delete, "individuals/\(site.anna)/pictures/\(picture)").status == 204)
            try await eventually("nobody is known by it any more") { try await site.said() == "unknown -" }
            #expect(try await site.ask(.get, "individuals/\(site.anna)/pictures/\(picture)/image.jpg").status == 404)
            #expect(try await site.ask(.delete, "individuals/\(site.anna)/pictures/\(picture)").status == 404)
        }
    }

    @Test func `Of several somebody picks one, and what is of no use says why and keeps nobody waiting`() async throws {
        try await Self.withSite { site, reader in
            let (left, right) = (Box(x: 0.1, y: 0.1, width: 0.2, height: 0.2), Box(x: 0.6, y: 0.5, width: 0.3, height: 0.4))
            reader.answer(80...120, [Self.subject(90, box: right), Self.subject(1, box: left)])
            reader.answer(180...220, [Self.subject(nil)])
            let several = try await site.give(try Self.picture(100))
            try await eventually("it shows several") { try await site.pictures() == ["several"] }
            let listed = try await site.ask(.get, "individuals/\(site.anna)/pictures")
            #expect(String(decoding: listed.body, as: UTF8.self).contains(#""found":[[0.6,0.5,0.3,0.4],[0.1,0.1,0.2,0.2]]"#))
            let whole = try await site.ask(.get, "individuals/\(site.anna)/pictures/\(several)/image.jpg")
            let held = try PictureFile.decode(whole.body, side: 500)
            #expect(held.width == 96 && held.height == 64)

            _ = try await site.give(try Self.picture(200, name: "a.png"))
            _ = try await site.give(try Self.picture(20, name: "a.webp"))
            try await eventually("all were looked at") {
                try await site.pictures() == [
                    "several", "useless: the face is too small, too blurred or turned away", "useless: no face was found in it",
                ]
            }
            let path = "individuals/\(site.anna)/pictures/\(several)"
            for body in ["", "[]", #"{"choice":-1}"#, #"{"choice":"1"}"#] {
                #expect(try await site.ask(.put, path, Array(body.utf8)).status == 400, "\(body)")
            }
            #expect(try await site.ask(.put, path, Array(#"{"choice":2}"#.utf8)).status == 409)
            #expect(try await site.said() == "unknown -")
            #expect(try await site.ask(.put, path, Array(#"{"choice":1}"#.utf8)).status == 204)
            try await eventually("it is the one who was picked") { try await site.said() == "known Anna" }
            #expect(try await site.ask(.put, path, Array(#"{"choice":1}"#.utf8)).status == 404)
        }
    }

    @Test func `Without what reads, pictures wait, and it is said why`() async throws {
        try await Self.withSite { site, reader in
            reader.install(false)
            reader.answer(80...120, [Self.subject(2)])
            _ = try await site.give(try Self.picture(100))
            try await eventually("it is said") {
                let state = try await site.ask(.get, "pictures")
                return state.body == Array(#"{"waiting":1,"old":0,"trouble":"nothing that reads is installed"}"#.utf8)
            }
            #expect(try await site.pictures() == ["waiting"])
            #expect(reader.count == 0)
            reader.install(true)
            _ = try await site.give(try Self.picture(110))
            try await eventually("both are read") { try await site.pictures() == ["known", "known"] }
            let state = try await site.ask(.get, "pictures")
            #expect(state.body == Array(#"{"waiting":0,"old":0,"trouble":null}"#.utf8))
        }
    }

    @Test func `What is no picture, is too large or is of nobody is refused`() async throws {
        try await Self.withSite { site, reader in
            let path = "individuals/\(site.anna)/pictures"
            for bytes in [[], Array("<svg/>".utf8), Array(try Self.picture(100).dropLast(200))] {
                let answer = try await site.ask(.post, path, bytes)
                #expect(answer.status == 422 && String(decoding: answer.body, as: UTF8.self).contains("not-a-picture"))
            }
            #expect(try await site.ask(.post, path, [UInt8](repeating: 0, count: PictureFile.byteLimit + 1)).status == 413)
            let nobody = "individuals/\(EventID(at: site.fixture.clock.now))/pictures"
            #expect(try await site.ask(.post, nobody, try Self.picture(100)).status == 404)
            #expect(try await site.ask(.get, nobody).status == 404)
            #expect(try await site.ask(.get, "individuals/anna/pictures").status == 404)
            #expect(try await site.ask(.get, "\(path)/nonsense/image.jpg").status == 404)
            reader.install(false)
            _ = try await site.give(try Self.picture(100))
            try await site.fixture.identities.setRecognition(false, ground: "", by: "admin")
            reader.install(true)
            try await eventually("it is said why it waits") {
                site.fixture.pictures.wake()
                let state = try await site.ask(.get, "pictures")
                return state.body == Array(#"{"waiting":1,"old":0,"trouble":"people are not recognised here"}"#.utf8)
            }
            #expect(try await site.pictures() == ["waiting"])
            #expect(try await site.ask(.post, path, try Self.picture(100)).status == 409)
            #expect(try await site.pictures() == ["waiting"])
            #expect(reader.count == 0)
        }
    }

    @Test func `A picture is kept sealed, without what its file said beside the pixels`() async throws {
        let fixture = try await SnapshotFixture()
        try await fixture.identities.setRecognition(true, ground: "Our own home", by: "admin")
        let anna = try await fixture.identities.add(.person, name: "Anna", profile: .household, in: [], by: "admin")
        for name in ["a.jpg", "a.png"] {
            let file = try Self.picture(100, name: name)
            #expect(Data(file).range(of: Data("ZAPHODINE".utf8)) != nil, "\(name)")
            let picture = try await fixture.pictures.add(of: anna, by: "admin") { file }
            let box = try #require(try await fixture.store.pictureBox(picture.id))
            #expect(Data(box).range(of: Data([0xff, 0xd8, 0xff])) == nil)
            let jpeg = try #require(fixture.keyring.open(box, context: picture.context))
            #expect(jpeg.starts(with: [0xff, 0xd8]) && Data(jpeg).range(of: Data("ZAPHODINE".utf8)) == nil)
            // Not in place of another one.
            #expect(fixture.keyring.open(box, context: PortraitWire.context(node: "", event: picture.id, rank: 1)) == nil)
        }
    }

    @Test func `Portraits of another model are read again, and nobody is known by old numbers meanwhile`() async throws {
        try await Self.withSite { site, reader in
            let store = site.fixture.store
            let anna = try #require(EventID(site.anna))
            func old(_ brightness: Int) async throws {
                let id = EventID(at: site.fixture.clock.now)
                let portrait = Portrait(
                    track: 0, kind: .face, model: "of-old", embedding: [1, 0] + [Float](repeating: 0, count: 254), pictures: 1,
                    label: "person", crop: try Self.picture(brightness))
                let picture = OfferedPicture(
                    id: id, individual: anna, kind: .person, addedAt: site.fixture.clock.now, addedBy: "admin")
                #expect(try await store.addPicture(picture, box: [1]))
                let box = try site.fixture.seal(PortraitWire.pack(portrait), for: OfferedPortrait.context(id))
                #expect(try await store.learn(picture, model: "of-old", portrait: box, at: site.fixture.clock.now))
            }
            reader.install(false)
            try await old(100)
            try await old(20)
            site.fixture.identities.noteChange()
            try await eventually("the event was compared") { try await site.said() == "unknown -" }
            reader.answer(80...120, [Self.subject(2)])
            reader.install(true)
            site.fixture.pictures.wake()
            try await eventually("she is known by new numbers") { try await site.said() == "known Anna" }
            #expect(try await store.knownPictures(of: anna).map(\.model).sorted() == [Self.model, "of-old"])
            #expect(reader.count == 2)
        }
    }

    @Test func `What fails keeps nothing else waiting, and is not lost`() async throws {
        try await Self.withSite { site, reader in
            reader.answer(80...120, [Self.subject(2)])
            reader.fail(180...220)
            _ = try await site.give(try Self.picture(200))
            _ = try await site.give(try Self.picture(100))
            try await eventually("the other is read") { try await site.pictures() == ["waiting", "known"] }
            let state = try await site.ask(.get, "pictures")
            #expect(state.body == Array(#"{"waiting":1,"old":0,"trouble":"some failed, as its log says"}"#.utf8))
            // Another start tries it again.
            let again = KnownPictureReader()
            again.answer(180...220, [Self.subject(3)])
            let service = site.fixture.makePictures(again, holder: "again")
            let running = Task { try await service.run() }
            try await eventually("it is read") { try await site.pictures() == ["known", "known"] }
            running.cancel()
            try await running.value
        }
    }

    @Test func `No more are taken in at once than memory has room for`() async throws {
        let fixture = try await SnapshotFixture()
        let milo = try await fixture.identities.add(.pet, name: "Milo", profile: .known, in: [], by: "admin")
        let (gate, open) = AsyncStream<Void>.makeStream()
        let waiting = Count()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    do {
                        _ = try await fixture.pictures.add(of: milo, by: "admin") {
                            waiting.value.withLock { $0 += 1 }
                            for await _ in gate {}
                            return try Self.picture(100)
                        }
                        return true
                    } catch let error as PictureError where error.code == .busy { return false }
                }
            }
            var refused = 0
            while refused < 2, try await group.next() == false { refused += 1 }
            #expect(refused == 2)
            try await eventually("three are being sent") { waiting.value.withLock { $0 } == 3 }
            // Whose line is slow is in nobody else's way.
            _ = try await fixture.pictures.add(of: milo, by: "guest") { try Self.picture(50) }
            open.finish()
            for try await isTaken in group { #expect(isTaken) }
        }
        #expect(try await fixture.store.waitingPictures() == 4)
    }

    @Test func `Of whom is erased while their picture is being sent, nothing is taken in`() async throws {
        let fixture = try await SnapshotFixture()
        let milo = try await fixture.identities.add(.pet, name: "Milo", profile: .known, in: [], by: "admin")
        let error = await #expect(throws: PictureError.self) {
            try await fixture.pictures.add(of: milo, by: "admin") {
                let erasure = Erasure(
                    individual: milo, time: Timestamp(microseconds: 0), account: "admin", reason: .request, pictures: .kept)
                #expect(try await fixture.identities.erase(erasure))
                return try Self.picture(100)
            }
        }
        #expect(error?.code == .unknownIndividual)
        #expect(try await fixture.store.waitingPictures() == 0)
    }

    @Test func `Of two replicas one looks at a picture, and the other goes on where it is gone`() async throws {
        let fixture = try await SnapshotFixture()
        try await fixture.identities.setRecognition(true, ground: "Our own home", by: "admin")
        let anna = try await fixture.identities.add(.person, name: "Anna", profile: .household, in: [], by: "admin")
        let (first, second) = (KnownPictureReader(), KnownPictureReader())
        for reader in [first, second] { reader.answer(80...120, [Self.subject(2)]) }
        let services = [fixture.makePictures(first, holder: "one"), fixture.makePictures(second, holder: "two")]
        for _ in 0..<4 { _ = try await services[0].add(of: anna, by: "admin") { try Self.picture(100) } }
        let running = services.map { service in Task { try await service.run() } }
        defer { for task in running { task.cancel() } }
        try await eventually("all are read") { try await fixture.store.knownPictures(of: anna).count == 4 }
        #expect(first.count + second.count == 4)
        running[first.count > 0 ? 0 : 1].cancel()
        _ = try await services[first.count > 0 ? 1 : 0].add(of: anna, by: "admin") { try Self.picture(100) }
        try await eventually("the other one goes on") { try await fixture.store.knownPictures(of: anna).count == 5 }
    }
}
