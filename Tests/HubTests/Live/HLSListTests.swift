import Base
import Logging
import NIOCore
import Protocol
import TestSupport
import Testing

@testable import Hub

/// HLS of what a node sends, whatever that is.
@Suite struct HLSListTests {
    private let node: AsyncThrowingStream<ByteBuffer, any Error>.Continuation
    private let list: HLSList

    init() {
        let (stream, node) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
        self.node = node
        let feed = LiveFeed(
            clock: SystemClock(), grace: 60, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            watch: { take in for try await buffer in stream { try await take(buffer) } })
        list = HLSList(feed, clock: SystemClock())
    }

    private func send(_ kind: LiveRecord.Kind, seconds: Double = 0, bytes: Int = 1 << 20) {
        let time = Timestamp(microseconds: 1_790_000_000_000_000).advanced(bySeconds: seconds)
        let content =
            kind == .start
            ? LiveRecord.start(codec: "avc1", initialization: [UInt8](repeating: 1, count: bytes)) : [UInt8](repeating: 2, count: bytes)
        node.yield(ByteBuffer(bytes: LiveRecord(kind, time: time, content: content).bytes))
    }

    /// What players get once everything that was sent has arrived: a segment of another stream.
    private func playlist(_ body: () -> Void) async throws -> String {
        async let first = list.playlist()
        body()
        send(.start, bytes: 77)
        send(.keyframe, seconds: 1000, bytes: 1)
        send(.keyframe, seconds: 1002, bytes: 1)
        return try #require(await first)
    }

    @Test(
        "A group that never ends, beginnings without pictures and a clock that stands still take no more than a bound",
        .timeLimit(.minutes(1)))
    func bounded() async throws {
        let text = try await playlist {
            send(.start)
            send(.keyframe)
            // A stream of one group.
            for _ in 0..<80 { send(.picture) }
            // Keyframes of one moment.
            send(.keyframe)
            for _ in 0..<80 { send(.keyframe) }
            for _ in 0..<80 { send(.start) }
        }
        #expect(text.contains("#EXT-X-MEDIA-SEQUENCE"))
        let bytes = await list.bytes
        #expect(bytes < 3 << 20, "\(bytes)")
    }

    @Test("Times that no clock has are not the end of it", .timeLimit(.minutes(1)))
    func times() async throws {
        let text = try await playlist {
            send(.start, bytes: 10)
            for time in [Int64.min, .max, 0, .min, .max] {
                node.yield(ByteBuffer(bytes: LiveRecord(.keyframe, time: Timestamp(microseconds: time), content: [1]).bytes))
            }
        }
        #expect(text.contains("#EXTINF:1.0,") || text.contains("#EXTINF:60.0,"))
        #expect(text.split(separator: "\n").allSatisfy { !$0.contains("inf") && !$0.contains("nan") })
    }
}
