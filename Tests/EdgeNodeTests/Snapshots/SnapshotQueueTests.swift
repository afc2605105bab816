import Base
import Foundation
import Logging
import Protocol
import TestSupport
import Testing
import Trust

@testable import EdgeNode

@Suite("Snapshot queue", .timeLimit(.minutes(10)))
struct SnapshotQueueTests {
    let fixture: SnapshotFixture

    init() throws { fixture = try SnapshotFixture() }

    private func box(_ byte: UInt8, _ count: Int = 100) -> [UInt8] { [UInt8](repeating: byte, count: count) }

    @Test("What was put waits, oldest event first, after a restart too, and is gone once it is removed")
    func restart() async throws {
        let first = try await fixture.queue()
        for number in [3, 1, 2] { #expect(try await first.put(box(UInt8(number)), as: fixture.name(UInt64(number)))) }
        let names = (1...3).map { fixture.name(UInt64($0)) }
        #expect(await first.waiting == names)
        let second = try await fixture.queue()
        #expect(await second.waiting == names)
        #expect(await second.box(of: names[1]) == box(2))
        await second.remove(names[1])
        #expect(await second.box(of: names[1]) == nil)
        #expect(try fixture.files == [names[0].fileName, names[2].fileName])
        #expect(fixture.metrics.value("vigilar_snapshot_waiting") == 2)
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path.appending(path: names[0].fileName).path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("A higher rank replaces a lower one; a lower one that comes late is not kept")
    func ranks() async throws {
        let queue = try await fixture.queue()
        #expect(try await queue.put(box(1), as: fixture.name(1, rank: 1)))
        #expect(try await queue.put(box(2), as: fixture.name(1, rank: 2)))
        #expect(try await queue.put(box(1), as: fixture.name(1, rank: 1)) == false)
        #expect(try fixture.files == [fixture.name(1, rank: 2).fileName])
        #expect(await queue.waiting == [fixture.name(1, rank: 2)])
        // A node that died between writing the one and deleting the other left both.
        try Data(box(1)).write(to: fixture.path.appending(path: fixture.name(1, rank: 1).fileName))
        #expect(try await fixture.queue().waiting == [fixture.name(1, rank: 2)])
        #expect(try fixture.files.count == 1)
    }

    @Test("What is to be forgotten is gone, and nothing more comes of it; its whole pictures stay where only portraits are meant")
    func forgotten() async throws {
        let queue = try await fixture.queue()
        let event = fixture.name(1).event
        let portrait = SnapshotName(event: event, rank: 1, subject: .portrait)
        for name in [fixture.name(1), portrait, fixture.name(2)] { #expect(try await queue.put(box(1), as: name)) }
        #expect(await queue.forget([event], subjects: [.portrait]))
        #expect(await queue.waiting == [fixture.name(1), fixture.name(2)])
        #expect(try await !queue.put(box(1), as: SnapshotName(event: event, rank: 2, subject: .portrait)))
        #expect(try await queue.put(box(1), as: fixture.name(1, rank: 2)))
        #expect(await queue.forget([event], subjects: [.portrait, .scene]))
        #expect(try await !queue.put(box(1), as: fixture.name(1, rank: 3)))
        #expect(await queue.waiting == [fixture.name(2)])
        #expect(try fixture.files == [fixture.name(2).fileName])
    }

    @Test("Only the hub can have something forgotten, and only by an order for this node")
    func orders() async throws {
        let queue = try await fixture.queue()
        #expect(try await queue.put(box(1), as: fixture.name(1)))
        let key = SigningKey()
        let keys = HubKeys(verifying: key.verifyingKey, sealing: SealingPrivateKey())
        let forgetting = Forgetting(
            node: "porch", queue: queue, keys: { keys }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        func reply(
            node: String = "porch", events: [String]? = nil, v: Int = 1, domain: String = SignedDomain.forget, by signer: SigningKey? = nil
        ) async throws -> NodeReply {
            var order = ForgetOrder(node: node, events: events ?? ["\(fixture.name(1).event)"], pictures: true)
            order.v = v
            let text = String(decoding: try #require(NodeJSON.encode(order)), as: UTF8.self)
            let message = try SignedMessage(signing: text, domain: domain, with: signer ?? key)
            return await forgetting.accept(NodeCommand(command: "forget", signed: message.signed, signature: message.signature))
        }
        let refused = try await [
            reply(node: "garden"), reply(events: ["x"]), reply(v: 2), reply(domain: SignedDomain.star), reply(by: SigningKey()),
            reply(events: [String](repeating: "\(fixture.name(1).event)", count: 1001)), forgetting.accept(NodeCommand(command: "forget")),
        ]
        #expect(refused.allSatisfy { !$0.ok && $0.error != nil })
        #expect(await queue.waiting == [fixture.name(1)])
        #expect(try await reply().ok)
        #expect(await queue.waiting == [])
    }

    @Test("Beyond its bounds the oldest go, and are counted")
    func bounds() async throws {
        let few = try await fixture.queue(files: 3)
        for number in 1...5 { _ = try await few.put(box(1), as: fixture.name(UInt64(number))) }
        #expect(await few.waiting == (3...5).map { fixture.name(UInt64($0)) })
        #expect(fixture.dropped("full") == 2)
        #expect(try await few.put(box(1), as: fixture.name(1)) == false)
        #expect(try fixture.files.count == 3)

        let small = try await fixture.queue(bytes: 250)
        #expect(await small.waiting == (4...5).map { fixture.name(UInt64($0)) })
        #expect(try await small.put(box(1, 240), as: fixture.name(6)))
        #expect(await small.waiting == [fixture.name(6)])
        // Replacing does not count twice.
        #expect(try await small.put(box(1, 250), as: fixture.name(6)))
        #expect(await small.waiting == [fixture.name(6)])
    }

    @Test("Names that are none are left alone and counted; what was half written goes")
    func names() async throws {
        _ = try await fixture.queue().put(box(1), as: fixture.name(1))
        let event = fixture.name(2).event
        let strange = [
            "notes.txt", "\(event)-0.sealed", "\(event)-10.sealed", "\(event)-01.sealed", "\(event)-+1.sealed", "\(event).sealed",
            "\(event)-1.sealed.x", "\(event)".uppercased() + "-1.sealed", "-1.sealed", "..sealed",
        ]
        for name in strange { try Data(box(1)).write(to: fixture.path.appending(path: name)) }
        try Data(box(1)).write(to: fixture.path.appending(path: ".\(fixture.name(3).fileName).new"))
        let queue = try await fixture.queue()
        #expect(await queue.waiting == [fixture.name(1)])
        #expect(fixture.failed("name") == Double(strange.count))
        #expect(try Set(fixture.files) == Set(strange + [fixture.name(1).fileName]))
    }

    @Test("A file that was cut, emptied, swollen or taken away is given up and counted, and the next one comes")
    func damaged() async throws {
        let queue = try await fixture.queue()
        for number in 1...4 { _ = try await queue.put(box(1), as: fixture.name(UInt64(number))) }
        try Data().write(to: fixture.path.appending(path: fixture.name(1).fileName))
        try Data(box(1, 99)).write(to: fixture.path.appending(path: fixture.name(2).fileName))
        try FileManager.default.removeItem(at: fixture.path.appending(path: fixture.name(3).fileName))
        for number in 1...3 { #expect(await queue.box(of: fixture.name(UInt64(number))) == nil) }
        #expect(fixture.failed("read") == 3)
        #expect(await queue.waiting == [fixture.name(4)])
        try Data(count: SnapshotWire.maximumBox + 1).write(to: fixture.path.appending(path: fixture.name(5).fileName))
        let again = try await fixture.queue()
        #expect(await again.box(of: fixture.name(5)) == nil)
        #expect(await again.box(of: fixture.name(4)) == box(1))
    }

    @Test("A disk that refuses loses the picture that comes, and none that is there")
    func refused() async throws {
        let queue = try await fixture.queue()
        _ = try await queue.put(box(1), as: fixture.name(1))
        // A folder in the place of the file that is written first.
        let blocked = fixture.path.appending(path: ".\(fixture.name(1, rank: 2).fileName).new/x")
        try FileManager.default.createDirectory(at: blocked, withIntermediateDirectories: true)
        await #expect(throws: PrivateFile.Failure.self) { try await queue.put(box(2), as: fixture.name(1, rank: 2)) }
        #expect(await queue.box(of: fixture.name(1)) == box(1))
    }
}
