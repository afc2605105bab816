import Base
import Logging
import NIOCore
import Protocol
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// A camera's node, whose records a test sends.
private final class FarCamera: Sendable {
    private let connections = Mutex<[AsyncThrowingStream<ByteBuffer, any Error>.Continuation]>([])
    private let ended = Mutex(0)

    var asked: Int { connections.withLock { $0.count } }
    var over: Int { ended.withLock { $0 } }

    func watch(_ take: @Sendable (ByteBuffer) async throws -> Void) async throws {
        let (stream, continuation) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
        connections.withLock { $0.append(continuation) }
        defer { ended.withLock { $0 += 1 } }
        for try await buffer in stream { try await take(buffer) }
        try Task.checkCancellation()
    }

    func send(_ kind: LiveRecord.Kind, _ text: String) {
        let bytes = LiveRecord(kind, time: Timestamp(microseconds: 1), content: Array(text.utf8)).bytes
        // In pieces, as they come over a network.
        let half = bytes.count / 2
        connections.withLock { connections in
            connections.last?.yield(ByteBuffer(bytes: bytes[..<half]))
            connections.last?.yield(ByteBuffer(bytes: bytes[half...]))
        }
    }

    func send(raw bytes: [UInt8]) { connections.withLock { _ = $0.last?.yield(ByteBuffer(bytes: bytes)) } }
    func breakOff() { connections.withLock { $0.last?.finish(throwing: PlaybackFailure.away(node: "porch", since: nil)) } }
}

@Suite struct LiveFeedTests {
    private let camera = FarCamera()

    private func feed(grace: Double = 60) -> LiveFeed {
        let camera = camera
        return LiveFeed(
            clock: SystemClock(), grace: grace, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            watch: { try await camera.watch($0) })
    }

    /// Reads until it has seen as many records.
    private func seen(_ count: Int, _ backlog: GroupBacklog<(lane: Int, chunk: LiveChunk)>) async -> [String] {
        var found: [String] = []
        while found.count < count, let chunks = await backlog.next() {
            found += chunks.map { "\($0.chunk.kind.rawValue)\(String(buffer: $0.chunk.content))" }
        }
        return found
    }

    @Test("Whoever comes later begins at the present group; the node is asked once", .timeLimit(.minutes(10)))
    func late() async throws {
        let feed = feed()
        let (first, second) = (LiveCameras.backlog(), LiveCameras.backlog())
        _ = await feed.join(.init(backlog: first, lane: 0))
        try await eventually("the node to be asked") { camera.asked == 1 }
        camera.send(.start, "s")
        camera.send(.keyframe, "1")
        camera.send(.keyframe, "2")
        camera.send(.picture, "a")
        #expect(await seen(4, first) == ["1s", "21", "22", "3a"])
        _ = await feed.join(.init(backlog: second, lane: 0))
        #expect(await seen(3, second) == ["1s", "22", "3a"])
        camera.send(.picture, "b")
        #expect(await seen(1, first) == ["3b"])
        #expect(await seen(1, second) == ["3b"])
        #expect(camera.asked == 1)
    }

    @Test("It is let go of some time after the last has gone, not before, and asked for again", .timeLimit(.minutes(10)))
    func grace() async throws {
        let feed = feed(grace: 0.05)
        let one = await feed.join(.init(backlog: LiveCameras.backlog(), lane: 0))
        let two = await feed.join(.init(backlog: LiveCameras.backlog(), lane: 0))
        try await eventually("the node to be asked") { camera.asked == 1 }
        camera.send(.start, "s")
        await feed.leave(one)
        #expect(await feed.isRunning)
        await feed.leave(two)
        try await eventually("it to be let go of") { await !feed.isRunning && camera.over == 1 }
        let backlog = LiveCameras.backlog()
        _ = await feed.join(.init(backlog: backlog, lane: 0))
        try await eventually("the node to be asked again") { camera.asked == 2 }
        camera.send(.start, "t")
        #expect(await seen(1, backlog) == ["1t"])
    }

    @Test("A node that is lost is said in words, and asked again", .timeLimit(.minutes(10)))
    func lost() async throws {
        let feed = feed()
        let backlog = LiveCameras.backlog()
        _ = await feed.join(.init(backlog: backlog, lane: 0))
        try await eventually("the node to be asked") { camera.asked == 1 }
        camera.send(.start, "s")
        camera.send(.keyframe, "1")
        camera.breakOff()
        let words = await seen(3, backlog)
        #expect(words.prefix(2) == ["1s", "21"])
        #expect(words[2].contains("porch, does not answer"))
        try await eventually("the node to be asked again") { camera.asked == 2 }
        // What follows something that is missing is of no use.
        camera.send(.picture, "lost")
        camera.send(.start, "s")
        camera.send(.keyframe, "2")
        #expect(await seen(2, backlog) == ["1s", "22"])
    }

    @Test(
        "What is no record ends the upload, and harms nobody", .timeLimit(.minutes(10)),
        arguments: [
            [0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 2, 1, 0], [0, 0, 0, 10, 99, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            // One byte more than a record may have; shorter than its own head; nothing at all.
            [1, 0, 0, 11, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0],
        ] as [[UInt8]])
    func hostile(bytes: [UInt8]) async throws {
        let feed = feed()
        let backlog = LiveCameras.backlog()
        _ = await feed.join(.init(backlog: backlog, lane: 0))
        try await eventually("the node to be asked") { camera.asked == 1 }
        camera.send(raw: bytes)
        #expect(await seen(1, backlog).first?.contains("no live video") == true)
        #expect(camera.over == 1)
        // Nothing of it is shown later, and what comes then is.
        try await eventually("the node to be asked again") { camera.asked == 2 }
        camera.send(.start, "s")
        camera.send(.keyframe, "1")
        #expect(await seen(2, backlog) == ["1s", "21"])
    }

    @Test(
        "A record that says that it is longer than what comes is not shown, and neither is what it would have swallowed",
        .timeLimit(.minutes(10)))
    func lying() async throws {
        let feed = feed()
        let backlog = LiveCameras.backlog()
        _ = await feed.join(.init(backlog: backlog, lane: 0))
        try await eventually("the node to be asked") { camera.asked == 1 }
        camera.send(.start, "s")
        // The largest there may be, of which four bytes come, and another record.
        camera.send(
            raw: LiveRecord.head(.keyframe, camera: 0, time: Timestamp(microseconds: .min), contentLength: LiveRecord.limit) + [1, 2, 3, 4])
        camera.send(.picture, "a")
        camera.breakOff()
        #expect(await seen(2, backlog).map { $0.prefix(1) } == ["1", "5"])
        try await eventually("the node to be asked again") { camera.asked == 2 }
        camera.send(.start, "t")
        #expect(await seen(1, backlog) == ["1t"])
    }

    @Test(
        "A beginning whose name is longer than the record is none",
        arguments: [[], [9, 97], [255] + [UInt8](repeating: 97, count: 254)] as [[UInt8]])
    func start(content: [UInt8]) {
        let chunk = LiveChunk(kind: .start, time: Timestamp(microseconds: 0), content: ByteBuffer(bytes: content))
        #expect(chunk.start == nil)
    }
}
