import Base
import Foundation
import Media
import Protocol
import Synchronization
import TestSupport
import Testing
import Trust

@testable import EdgeNode

@Suite("Snapshot maker", .timeLimit(.minutes(1)))
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
        for number in 1...3 {
            #expect(maker.shots.send(SnapshotShot(event: fixture.name(UInt64(number)).event, rank: 1, picture: picture)))
        }
        #expect(maker.shots.send(SnapshotShot(event: fixture.name(3).event, rank: 2, picture: picture)))
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
            let box = try #require(await queue.box(of: name))
            #expect(box.count < SnapshotWire.maximumBox)
            let context = SnapshotWire.context(node: "porch", event: name.event, rank: name.rank)
            let (thumbnail, jpeg) = try #require(SnapshotWire.unpack(try SealedBox.open(box, with: fixture.key, context: context)))
            #expect(SnapshotFixture.holdsJPEG(Array(thumbnail)) && SnapshotFixture.holdsJPEG(Array(jpeg)))
            for other in [
                SnapshotWire.context(node: "yard", event: name.event, rank: name.rank),
                SnapshotWire.context(node: "porch", event: fixture.name(9).event, rank: name.rank),
                SnapshotWire.context(node: "porch", event: name.event, rank: 3),
            ] {
                #expect(throws: TrustError.self) { try SealedBox.open(box, with: fixture.key, context: other) }
            }
        }
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
