import Base
import Foundation
import Media
import Protocol
import Synchronization
import TestSupport
import Testing
import Trust
import Vision

@testable import EdgeNode

@Suite("Snapshot maker", .timeLimit(.minutes(10)))
struct SnapshotMakerTests {
    let fixture: SnapshotFixture

    init() throws { fixture = try SnapshotFixture() }

    @Test("What comes is sealed to the hub: no picture can be read on the disk, the hub's key opens it, and the event hears of it")
    func sealed() async throws {
        let queue = try await fixture.queue()
        let told = Mutex<[EventID]>([])
        let maker = SnapshotMaker(
            node: "porch", key: { [fixture] in fixture.key.publicKey }, queue: queue,
            onQueued: { event in told.withLock { $0.append(event) } },
            metrics: fixture.metrics, logger: .silent)
        let running = Task { try await maker.run() }
        let picture = try SnapshotFixture.picture()
        // In 65,535ths, and no further than the picture.
        let place = SnapshotArea(left: 16_384.0 / 65_535, top: 0, right: 49_151.0 / 65_535, bottom: 32_768.0 / 65_535)
        let box = SnapshotBox(kind: .person, score: 0.93, area: place)
        for number in 1...3 {
            #expect(maker.shots.send(SnapshotShot(event: fixture.name(UInt64(number)).event, rank: 1, picture: picture)))
        }
        #expect(
            maker.shots.send(
                SnapshotShot(
                    event: fixture.name(3).event, rank: 2, picture: picture, people: [Box(x: 0.25, y: -0.5, width: 0.5, height: 1)],
                    boxes: [box])))
        maker.shots.finish()
        try await running.value
        #expect(told.withLock { $0 } == [1, 2, 3, 3].map { fixture.name($0).event })
        #expect(fixture.metrics.value("vigilar_snapshot_made_total") == 4)

        let names = [fixture.name(1), fixture.name(2), fixture.name(3, rank: 2)]
        #expect(try fixture.files == names.map(\.fileName))
        let enumerator = try #require(FileManager.default.enumerator(atPath: fixture.folder.path))
        for case let file as String in enumerator {
            guard let data = FileManager.default.contents(atPath: fixture.folder.path(file)), !data.isEmpty else { continue }
            #expect(!SnapshotFixture.holdsJPEG(Array(data)), "\(file)")
        }
        for name in names {
            let sealed = try #require(await queue.box(of: name))
            #expect(sealed.count < SnapshotWire.maximumBox)
            let context = SnapshotWire.context(node: "porch", event: name.event, rank: name.rank)
            let contents = try #require(SnapshotWire.unpack(try SealedBox.open(sealed, with: fixture.key, context: context)))
            let people: [SnapshotArea]? = name.rank == 2 ? [place] : nil
            #expect(contents.people == people && contents.boxes == (name.rank == 2 ? [box] : []))
            #expect(SnapshotFixture.holdsJPEG(Array(contents.thumbnail)) && SnapshotFixture.holdsJPEG(Array(contents.picture)))
            for other in [
                SnapshotWire.context(node: "yard", event: name.event, rank: name.rank),
                SnapshotWire.context(node: "porch", event: fixture.name(9).event, rank: name.rank),
                SnapshotWire.context(node: "porch", event: name.event, rank: 3),
            ] {
                #expect(throws: TrustError.self) { try SealedBox.open(sealed, with: fixture.key, context: other) }
            }
        }
    }

    @Test("A portrait is cut out, sealed for what it is, and waits beside the event's picture")
    func portrait() async throws {
        let queue = try await fixture.queue()
        let maker = SnapshotMaker(
            node: "porch", key: { [fixture] in fixture.key.publicKey }, queue: queue, onQueued: { _ in }, metrics: fixture.metrics,
            logger: .silent)
        let running = Task { try await maker.run() }
        let picture = try SnapshotFixture.picture()
        let embedding = try #require(Embedding([3, 4], model: "m"))
        func shot(_ number: UInt64, crop: Box) -> PortraitShot {
            PortraitShot(
                event: fixture.name(number).event, rank: 1, track: 9, kind: .face, embedding: embedding, pictures: 3, label: "person",
                picture: picture, crop: crop)
        }
        #expect(maker.portraits.send(shot(1, crop: Box(x: 0.25, y: -0.5, width: 0.5, height: 1))))
        // None of it lies in the picture.
        #expect(maker.portraits.send(shot(2, crop: Box(x: 2, y: 0, width: 0.5, height: 0.5))))
        #expect(maker.shots.send(SnapshotShot(event: fixture.name(1).event, rank: 1, picture: picture)))
        maker.shots.finish()
        try await running.value
        let name = SnapshotName(event: fixture.name(1).event, rank: 1, subject: .portrait)
        #expect(await queue.waiting == [fixture.name(1), name])
        #expect(SnapshotName(fileName: name.fileName) == name)
        #expect(fixture.metrics.value("vigilar_portrait_made_total") == 1 && fixture.failed("encode") == 1)
        let box = try #require(await queue.box(of: name))
        #expect(!SnapshotFixture.holdsJPEG(box))
        let context = PortraitWire.context(node: "porch", event: name.event, rank: 1)
        let portrait = try #require(PortraitWire.unpack(try SealedBox.open(box, with: fixture.key, context: context)))
        #expect(portrait.embedding == embedding.values && portrait.model == "m" && portrait.track == 9 && portrait.pictures == 3)
        let crop = try JPEGDecoder.decode(portrait.crop)
        #expect(max(crop.width, crop.height) <= PortraitWire.cropSide && abs(crop.width - picture.width / 2) <= 2)
        // A restart finds both, and a better portrait leaves the picture alone.
        let again = try await fixture.queue()
        #expect(await again.waiting == [fixture.name(1), name])
        let better = SnapshotName(event: name.event, rank: 2, subject: .portrait)
        #expect(try await again.put([1], as: better))
        #expect(await again.waiting == [fixture.name(1), better])
    }

    @Test("A disk that refuses costs the picture, is counted, and nothing says that there is one")
    func refused() async throws {
        let queue = try await fixture.queue()
        try FileManager.default.removeItem(at: fixture.path)
        let told = Mutex(0)
        let maker = SnapshotMaker(
            node: "porch", key: { [fixture] in fixture.key.publicKey }, queue: queue, onQueued: { _ in told.withLock { $0 += 1 } },
            metrics: fixture.metrics, logger: .silent)
        maker.shots.send(SnapshotShot(event: fixture.name(1).event, rank: 1, picture: try SnapshotFixture.picture()))
        maker.shots.finish()
        try await maker.run()
        #expect(fixture.failed("write") == 1)
        #expect(told.withLock { $0 } == 0)
    }
}
