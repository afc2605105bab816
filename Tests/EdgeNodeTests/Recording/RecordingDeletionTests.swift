import Base
import Foundation
import Protocol
import Recording
import Settings
import TestSupport
import Testing
import Trust

@testable import EdgeNode

/// What people at the hub delete, on the node.
@Suite struct RecordingDeletionTests {
    private let fixture: RecordingFixture
    private let key = SigningKey()
    private let deletions: SegmentDeletions
    /// Four closed segments of a minute each, and one that is being written.
    private let rows: [SegmentRow]

    init() throws {
        fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<240)
        rows = try fixture.segments
        let keys = HubKeys(verifying: key.verifyingKey, sealing: fixture.hubKey)
        deletions = SegmentDeletions(
            node: "porch", library: fixture.library, keys: { keys }, metrics: fixture.metrics, logger: fixture.logger)
    }

    private func command(
        _ items: [(segment: String, number: Int64)], node: String = "porch", version: Int = 1, key: SigningKey? = nil,
        domain: String = SignedDomain.delete
    ) throws -> NodeCommand {
        var order = DeletionOrder(node: node, items: items.map { DeletionOrder.Item(segment: $0.segment, number: $0.number) })
        order.v = version
        let text = String(decoding: try #require(NodeJSON.encode(order)), as: UTF8.self)
        let message = try SignedMessage(signing: text, domain: domain, with: key ?? self.key)
        return NodeCommand(command: "delete", signed: message.signed, signature: message.signature)
    }

    private func command(_ rows: [SegmentRow], number: Int64 = 1) throws -> NodeCommand {
        try command(rows.map { (segment: "\($0.id)", number: number) })
    }

    private var settings: RecordingSettings {
        get throws {
            let text =
                "node = \"porch\"\n[hub]\nbroker = \"mqtt://127.0.0.1:1\"\n[[camera]]\nid = \"door\"\nsource = \"a.mp4\"\n"
            return try EdgeConfiguration(SettingsDocument(text: text, origin: "test", folder: "/")).recording
        }
    }

    /// What the node does every ten seconds.
    private func look() throws {
        RecordingUpkeep(
            place: fixture.place, settings: try settings, clock: fixture.clock, metrics: fixture.metrics, logger: fixture.logger
        ).look()
    }

    private func files() -> Int {
        let all = FileManager.default.enumerator(atPath: fixture.recordings)?.compactMap { $0 as? String } ?? []
        return all.count { $0.hasSuffix(".vge") || $0.hasSuffix(".idx") }
    }

    private func states() throws -> [SegmentRow.State] { try fixture.segments.map(\.state) }

    @Test("What somebody deletes goes with its files, is one hole that says so, and the hub is told; the rest stays")
    func deleted() async throws {
        try fixture.library.noteReporting(rows.map(\.id))
        #expect(await deletions.accept(try command(Array(rows[1...2]))) == NodeReply(ok: true))
        #expect(try states() == [.closed, .removing, .removing, .closed, .open])
        #expect(try !fixture.library.hold(rows[1].id), "nobody reads it any more")
        try look()
        #expect(try fixture.segments.map(\.id) == [rows[0], rows[3], rows[4]].map(\.id))
        #expect(files() == 6)
        #expect(try fixture.gaps == ["59.0-177.0 deleted"])
        #expect(try fixture.library.removed(atMost: 9) == rows[1...2].map(\.id))
        #expect(fixture.metrics.value("vigilar_recording_deletions_total", labels: [("outcome", "deleted")]) == 2)
        #expect(await deletions.accept(try command(Array(rows[1...2]))) == NodeReply(ok: true), "what is gone is no fault")
    }

    @Test("What is kept, being written or older than somebody's word stays, and the hub is told of it again")
    func refused() async throws {
        #expect(try fixture.library.star(rows[0].id, true, number: 5) == .done)
        #expect(try fixture.library.star(rows[1].id, true, number: 6) == .done)
        #expect(try fixture.library.star(rows[1].id, false, number: 7) == .done)
        for row in try fixture.library.toReport(without: [], atMost: 10) { try fixture.library.noteReported(row) }
        let order: [(segment: String, number: Int64)] = [
            (segment: "\(rows[0].id)", number: 9), (segment: "\(rows[1].id)", number: 7), (segment: "\(rows[4].id)", number: 9),
            (segment: "0192f6c2-0000-7000-8000-000000000000", number: 9), (segment: "\(rows[2].id)", number: 9),
        ]
        let reply = await deletions.accept(try command(order))
        #expect(
            reply
                == NodeReply(
                    ok: true, refused: ["\(rows[0].id)": "kept", "\(rows[1].id)": "outdated", "\(rows[4].id)": "open"]))
        #expect(try states() == [.closed, .closed, .removing, .closed, .open])
        #expect(try Set(fixture.library.toReport(without: [], atMost: 10).map(\.id)) == Set(rows[...1].map(\.id)))
        // Once it is let go of.
        #expect(try fixture.library.star(rows[0].id, false, number: 10) == .done)
        #expect(await deletions.accept(try command([rows[0]], number: 11)) == NodeReply(ok: true))
        #expect(try states().first == .removing)
    }

    @Test("An order that was refused deletes nothing when it comes once more, whatever has become of the segment; a later one does")
    func repeated() async throws {
        let order = try command([rows[0], rows[4]], number: 9)
        #expect(try fixture.library.star(rows[0].id, true, number: 5) == .done)
        #expect(await deletions.accept(order) == NodeReply(ok: true, refused: ["\(rows[0].id)": "kept", "\(rows[4].id)": "open"]))
        fixture.end()
        #expect(try fixture.library.star(rows[0].id, false, number: 10) == .done)
        #expect(try states() == [.closed, .closed, .closed, .closed, .closed])
        for _ in 0..<2 {
            #expect(
                await deletions.accept(order) == NodeReply(ok: true, refused: ["\(rows[0].id)": "outdated", "\(rows[4].id)": "outdated"]))
        }
        #expect(try states() == [.closed, .closed, .closed, .closed, .closed])
        #expect(await deletions.accept(try command([rows[0], rows[4]], number: 11)) == NodeReply(ok: true))
        #expect(try states() == [.removing, .closed, .closed, .closed, .removing])
    }

    @Test("A node that ends in the midst of it goes on at its next start, and the hole still says that somebody deleted it")
    func interrupted() async throws {
        #expect(await deletions.accept(try command([rows[0]])).ok)
        // Its files are gone, and its row is not.
        try FileManager.default.removeItem(atPath: "\(fixture.recordings)/\(rows[0].file)")
        try fixture.kill()
        #expect(try fixture.library.segment(rows[0].id)?.state == .removing)
        try look()
        #expect(try fixture.library.segment(rows[0].id) == nil)
        #expect(try fixture.gaps.first == "0.0-59.0 deleted")
    }

    @Test("What is being sent is deleted once it is sent")
    func held() async throws {
        #expect(try fixture.library.hold(rows[0].id))
        #expect(await deletions.accept(try command([rows[0]])).ok)
        try look()
        #expect(files() == 10)
        fixture.library.release(rows[0].id)
        try look()
        #expect(files() == 8)
        #expect(try fixture.gaps == ["0.0-59.0 deleted"])
    }

    @Test("An order that is not the hub's, not for this node, too long or about nothing is refused in words, and deletes nothing")
    func forged() async throws {
        func refusal(_ command: NodeCommand) async -> String {
            let reply = await deletions.accept(command)
            #expect(!reply.ok)
            return reply.error ?? ""
        }
        let item = (segment: "\(rows[0].id)", number: Int64(1))
        #expect(await refusal(NodeCommand(command: "delete")).contains("signature"))
        #expect(await refusal(try command([item], key: SigningKey())).contains("signature"))
        #expect(await refusal(try command([item], domain: SignedDomain.star)).contains("signature"))
        #expect(await refusal(try command([item], node: "garden")).contains("another node"))
        #expect(await refusal(try command([item], version: 2)).contains("newer"))
        #expect(await refusal(try command([item, (segment: "nonsense", number: 1)])).contains("none"))
        #expect(await refusal(try command([item, (segment: item.segment, number: -1)])).contains("none"))
        #expect(await refusal(try command(Array(repeating: item, count: DeletionOrder.limit + 1))).contains("more than"))
        #expect(try states() == [.closed, .closed, .closed, .closed, .open])
        #expect(fixture.metrics.value("vigilar_recording_deletions_total", labels: [("outcome", "refused")]) == 8)
    }

    @Test("How much is recorded is told by camera, without what goes, and is not measured at every report")
    func use() async throws {
        let use = RecordingUse(library: fixture.library, settings: try settings, clock: fixture.clock)
        let bytes = rows.prefix(4).reduce(0) { $0 + $1.bytes }
        let before = try #require(await use.figures())
        #expect(bytes > 0 && before.cameras == ["door": bytes])
        #expect(before.recording == NodeHealth.Recording(bytes: bytes, continuousDays: 7, eventDays: 30))
        #expect(await deletions.accept(try command([rows[0]])).ok)
        #expect(await use.figures()?.recording.bytes == bytes)
        fixture.clock.advance(by: 11)
        #expect(await use.figures()?.recording.bytes == bytes - rows[0].bytes)
    }
}
