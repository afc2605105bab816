import Base
import Foundation
import Protocol
import Recording
import TestSupport
import Testing
import Trust

@testable import EdgeNode

/// What the hub orders to be kept, on the node.
@Suite struct RecordingStarTests {
    private let fixture: RecordingFixture
    private let key = SigningKey()
    private let stars: SegmentStars
    private let row: SegmentRow

    init() throws {
        fixture = try RecordingFixture()
        fixture.start(.continuous)
        fixture.play(0..<70)
        row = try #require(try fixture.segments.first)
        let keys = HubKeys(verifying: key.verifyingKey, sealing: fixture.hubKey)
        stars = SegmentStars(node: "porch", library: fixture.library, keys: { keys }, metrics: fixture.metrics, logger: fixture.logger)
    }

    private func command(
        _ starred: Bool = true, number: Int64 = 1, node: String = "porch", segment: String? = nil, version: Int = 1, key: SigningKey? = nil,
        domain: String = SignedDomain.star
    ) throws -> NodeCommand {
        var order = StarOrder(node: node, number: number, segment: segment ?? "\(row.id)", starred: starred)
        order.v = version
        let text = String(decoding: try #require(NodeJSON.encode(order)), as: UTF8.self)
        let message = try SignedMessage(signing: text, domain: domain, with: key ?? self.key)
        return NodeCommand(command: "star", signed: message.signed, signature: message.signature)
    }

    private func classes() throws -> [RetentionClass] { try fixture.segments.map(\.keep) }

    @Test("A segment is starred and its star taken away, whereupon it is kept like an event's; the hub is told of each")
    func starred() async throws {
        for row in try fixture.library.toReport(without: [], atMost: 10) { try fixture.library.noteReported(row) }
        #expect(try fixture.library.toReport(without: [], atMost: 10).isEmpty)
        #expect(await stars.accept(try command()) == NodeReply(ok: true))
        #expect(try classes() == [.starred, .continuous])
        let told = try fixture.library.toReport(without: [], atMost: 10)
        #expect(told.map(\.keep) == [.starred])
        #expect(await stars.accept(try command(false, number: 2)) == NodeReply(ok: true))
        #expect(try classes() == [.event, .continuous])
        // What was told of it before is not what it is now.
        try fixture.library.noteReported(told[0])
        #expect(try fixture.library.toReport(without: [], atMost: 10).map(\.keep) == [.event])
        #expect(fixture.metrics.value("vigilar_recording_star_orders_total", labels: [("outcome", "done")]) == 2)
    }

    @Test("To take away a star that is not there changes nothing")
    func noStar() async throws {
        #expect(await stars.accept(try command(false)).ok)
        #expect(try classes() == [.continuous, .continuous])
    }

    @Test("A segment that is being written keeps its star when it ends, and is starred after a power cut, too")
    func open() async throws {
        let open = try #require(try fixture.segments.last)
        #expect(open.state == .open)
        #expect(await stars.accept(try command(segment: "\(open.id)")).ok)
        fixture.play(70..<90)
        fixture.end()
        #expect(try fixture.library.segment(open.id)?.keep == .starred)
        #expect(try fixture.library.segment(open.id)?.state == .closed)
        try fixture.kill()
        #expect(try fixture.library.segment(open.id)?.keep == .starred)
        #expect(try fixture.library.star(open.id, false, number: 0) == .outdated(1), "also the number is remembered")
    }

    @Test("An order that comes late does nothing and says why; the same one again is done")
    func numbers() async throws {
        #expect(await stars.accept(try command(number: 7)).ok)
        #expect(await stars.accept(try command(number: 7)).ok)
        let late = await stars.accept(try command(false, number: 6))
        #expect(!late.ok && late.number == 7)
        #expect(try classes() == [.starred, .continuous])
        // Of another segment it is another number.
        #expect(await stars.accept(try command(number: 1, segment: "\(fixture.segments[1].id)")).ok)
    }

    @Test("An order that is not the hub's, not for this node, or about nothing is refused in words")
    func refused() async throws {
        func refusal(_ command: NodeCommand) async -> String {
            let reply = await stars.accept(command)
            #expect(!reply.ok)
            return reply.error ?? ""
        }
        #expect(await refusal(NodeCommand(command: "star")).contains("signature"))
        #expect(await refusal(try command(key: SigningKey())).contains("signature"))
        #expect(await refusal(try command(domain: SignedDomain.upload)).contains("signature"))
        #expect(await refusal(try command(node: "garden")).contains("another node"))
        #expect(await refusal(try command(version: 2)).contains("newer"))
        #expect(await refusal(try command(number: -1)).contains("number"))
        #expect(await refusal(try command(segment: "nonsense")).contains("segment"))
        var changed = try command(false)
        changed.signed = changed.signed?.replacing("false", with: "true")
        #expect(await refusal(changed).contains("signature"))
        #expect(try classes() == [.continuous, .continuous])
        #expect(fixture.metrics.value("vigilar_recording_star_orders_total", labels: [("outcome", "refused")]) == 8)
    }

    @Test("A segment that is gone, or going, is told so")
    func gone() async throws {
        #expect(await stars.accept(try command(segment: "0192f6c2-0000-7000-8000-000000000000")).error == "gone")
        #expect(try fixture.library.hold(row.id))
        #expect(try !fixture.library.remove(row))
        #expect(await stars.accept(try command()).error == "gone")
        fixture.library.release(row.id)
        #expect(try fixture.library.remove(row))
        #expect(await stars.accept(try command()).error == "gone")
        #expect(await stars.accept(try command(number: 0)).error == "gone", "its number went with it")
    }
}
