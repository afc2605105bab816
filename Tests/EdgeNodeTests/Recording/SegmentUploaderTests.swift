import Base
import Foundation
import Protocol
import Recording
import TestSupport
import Testing
import Trust

@testable import EdgeNode

/// Which tickets a node takes. What becomes of those it takes is with the hub, in `EndToEndTests`.
@Suite struct SegmentUploaderTests {
    private let fixture: RecordingFixture
    private let key = SigningKey()
    private let uploader: SegmentUploader
    private let row: SegmentRow

    init() throws {
        fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<70)
        fixture.end()
        row = try #require(try fixture.segments.first)
        let keys = HubKeys(verifying: key.verifyingKey, sealing: fixture.hubKey)
        uploader = SegmentUploader(
            node: "porch", library: fixture.library, hub: HubCaller { fatalError("nobody dials") }, keys: { keys },
            pace: UploadPace(rate: nil, clock: fixture.clock, metrics: fixture.metrics), clock: fixture.clock, metrics: fixture.metrics,
            logger: fixture.logger)
    }

    private func command(
        node: String = "porch", ticket: String = "hub.0123456789abcdef", segment: String? = nil, from: Int64 = 0, to: Int64 = 1000,
        seconds: Double = 60, key: SigningKey? = nil, domain: String = SignedDomain.upload
    ) throws -> NodeCommand {
        let ticket = UploadTicket(
            node: node, ticket: ticket, segment: segment ?? "\(row.id)", from: from, to: to,
            expires: fixture.clock.now.advanced(bySeconds: seconds))
        let text = String(decoding: try #require(NodeJSON.encode(ticket)), as: UTF8.self)
        let message = try SignedMessage(signing: text, domain: domain, with: key ?? self.key)
        return NodeCommand(command: "upload", signed: message.signed, signature: message.signature)
    }

    private func refusal(_ command: NodeCommand) async -> String {
        let reply = await uploader.accept(command)
        #expect(!reply.ok)
        return reply.error ?? ""
    }

    @Test("A ticket that is not the hub's, not for this node or not for now is refused in words")
    func refused() async throws {
        #expect(await refusal(NodeCommand(command: "upload")).contains("ticket"))
        #expect(await refusal(try command(key: SigningKey())).contains("signature"))
        #expect(await refusal(try command(domain: SignedDomain.camera)).contains("signature"))
        #expect(await refusal(try command(node: "garden")).contains("another node"))
        #expect(await refusal(try command(seconds: -600)).contains("expired"))
        #expect(await refusal(try command(seconds: 3600)).contains("too long"))
        #expect(await refusal(try command(ticket: "short")).contains("name"))
        #expect(await refusal(try command(from: 10, to: 10)).contains("no bytes"))
        #expect(await refusal(try command(from: -1, to: 10)).contains("no bytes"))
        var changed = try command()
        changed.signed = changed.signed?.replacing("\"to\":1000", with: "\"to\":9000")
        #expect(await refusal(changed).contains("signature"))
    }

    @Test("A segment that is gone, going or shorter is told so, and nothing stays held")
    func missing() async throws {
        let running = Task { [uploader] in try await uploader.run() }
        defer { running.cancel() }
        let unknown = try command(segment: "0192f6c2-0000-7000-8000-000000000000")
        let uploader = uploader
        try await eventually("the uploader to run, and to look") { await uploader.accept(unknown).error == "gone" }
        #expect(await refusal(try command(from: row.bytes, to: row.bytes + 1)).contains("no such bytes"))
        _ = try fixture.library.remove(row)
        #expect(try fixture.library.segment(row.id) == nil, "nothing of before holds it")
        #expect(await refusal(try command()) == "gone")
    }

    @Test("What the index of a segment says is what its files hold")
    func index() throws {
        let closed = try SegmentIndex(of: row, in: fixture.recordings)
        #expect(closed.state == .closed && closed.fileLength == row.bytes)
        #expect(closed.end == row.end)
        let bytes = try fixture.bytes(row)
        #expect(closed.preamble == Array(bytes[closed.header.encoded.count..<closed.header.encoded.count + 56]))
        #expect(closed.header.video?.width == 320)
        #expect(try SegmentIndex(encoded: closed.encoded) == closed)

        fixture.start(.continuous)
        fixture.play(100..<110.4)
        let open = try #require(try fixture.segments.last)
        let index = try SegmentIndex(of: open, in: fixture.recordings)
        #expect(index.state == .open && index.fragments.count > 15)
        #expect((index.fileLength - Int64(index.header.encoded.count + 56)) % 16_400 == 0)
        let opener = try fixture.opener(open, fixture.bytes(open))
        let end = try #require(index.fragments.last?.end)
        let file = try fixture.bytes(open)
        let plaintext = try opener.plaintext(of: 0..<end, fileLength: index.fileLength, isUnterminated: true) {
            Array(file[Int($0.lowerBound)..<Int($0.upperBound)])
        }
        #expect(plaintext.count == Int(end))
        fixture.end()
    }

    @Test("What the hub was told of, or may have been, is among what it is told to forget; the rest is not")
    func removals() throws {
        let library = fixture.library
        let rows = try library.toReport(without: [], atMost: 1)
        #expect(rows.map(\.start) == [try fixture.segments.last?.start], "the newest first")
        try library.noteReported(rows[0])
        #expect(try library.toReport(without: ["door"], atMost: 10).isEmpty)
        _ = try library.remove(try #require(try fixture.segments.first))
        #expect(try library.removed(atMost: 10).isEmpty, "it was never told of")
        _ = try library.remove(rows[0])
        #expect(try library.removed(atMost: 10) == [rows[0].id])
        try fixture.kill()
        #expect(try fixture.library.removed(atMost: 10) == [rows[0].id])
        try fixture.library.forgetRemoved([rows[0].id])
        #expect(try fixture.library.removed(atMost: 10).isEmpty)
    }
}
