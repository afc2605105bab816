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
        // Time stands still: a list that nobody asks for a while is let go of, however slow the machine is.
        let clock = ManualClock()
        let feed = LiveFeed(
            clock: clock, grace: 60, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            watch: { take in for try await buffer in stream { try await take(buffer) } })
        list = HLSList(feed, clock: clock)
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

    @Test("A group that never ends, beginnings without pictures and a clock that stands still are not held", .timeLimit(.minutes(10)))
    func bounded() async throws {
        let list = list
        async let first = list.playlist()
        send(.start)
        send(.keyframe)
        // A stream of one group.
        for _ in 0..<80 { send(.picture) }
        // Keyframes of one moment.
        for _ in 0..<80 { send(.keyframe) }
        for _ in 0..<80 { send(.start) }
        send(.start, bytes: 77)
        send(.keyframe, seconds: 1000, bytes: 1)
        do {
            // Whoever waits for the playlist gets it in any case.
            defer { send(.keyframe, seconds: 1002, bytes: 1) }
            try await eventually("nothing but what came last to be held") { await list.bytes == 78 }
        }
        let text = await first
        #expect(text?.contains("#EXT-X-MEDIA-SEQUENCE") == true)
    }

    @Test("A segment that grows beyond its bound is let go of, and the next one is there", .timeLimit(.minutes(10)))
    func large() async throws {
        let list = list
        async let first = list.playlist()
        do {
            defer { for seconds in [1000.0, 1002] { send(.keyframe, seconds: seconds, bytes: 1) } }
            send(.start, bytes: 77)
            send(.keyframe, bytes: 1)
            for number in 1...64 {
                send(.picture)
                // What is left of it is its beginning.
                let wanted = number < 64 ? 78 + (number << 20) : 77
                try await eventually("\(number) pictures") { await list.bytes == wanted }
            }
        }
        let text = await first
        #expect(text?.contains("#EXT-X-MEDIA-SEQUENCE:2\n") == true)
    }

    @Test("Times that no clock has are not the end of it", .timeLimit(.minutes(10)))
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
