package import Base
package import NIOCore
import Protocol

/// A camera's live stream as HTTP Live Streaming (RFC 8216) with segments of fragmented MP4: from a keyframe to the first one at least a second
/// later. It watches while somebody asks.
package actor HLSList {
    /// Seconds without a request after which nobody watches any more. Players ask every target duration.
    private static let patience = 20.0
    /// Segments in the list, and behind it for those who have an older list.
    private static let listed = 6
    private static let kept = 10
    /// Seconds of a segment, at least.
    private static let shortest = 1.0
    /// Bytes of a segment: one that never ends is let go of.
    private static let byteLimit = 64 << 20

    private struct Segment {
        var number: Int
        /// Of what decoding begins with.
        var start: Int
        var time: Timestamp
        var seconds: Double
        var content: ByteBuffer
    }

    private let feed: LiveFeed
    private let clock: any WallClock
    private let backlog: @Sendable () -> GroupBacklog<(lane: Int, chunk: LiveChunk)>
    private var task: Task<Void, Never>?
    private var asked = 0.0
    private var starts: [Int: ByteBuffer] = [:]
    private var lastStart = 0
    private var segments: [Segment] = []
    private var open: Segment?
    private var lastNumber = 0
    private var problem = ""
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameter backlog: Makes what it waits at.
    package init(
        _ feed: LiveFeed, clock: any WallClock,
        backlog: @escaping @Sendable () -> GroupBacklog<(lane: Int, chunk: LiveChunk)> = { LiveCameras.backlog() }
    ) {
        self.feed = feed
        self.clock = clock
        self.backlog = backlog
    }

    /// The playlist, once there is a segment.
    /// - Returns: Nil where none comes; why is in `words`.
    package func playlist() async -> String? {
        begin()
        if segments.isEmpty, problem.isEmpty { await withCheckedContinuation { waiting.append($0) } }
        guard !segments.isEmpty else { return nil }
        let shown = segments.suffix(Self.listed)
        let target = Int(shown.map(\.seconds).max()?.rounded(.up) ?? 1)
        var lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:\(max(1, target))"]
        lines.append("#EXT-X-MEDIA-SEQUENCE:\(shown.first?.number ?? 0)")
        lines.append("#EXT-X-DISCONTINUITY-SEQUENCE:\(shown.first?.start ?? 0)")
        lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
        var start: Int?
        for segment in shown {
            if segment.start != start {
                if start != nil { lines.append("#EXT-X-DISCONTINUITY") }
                lines.append("#EXT-X-MAP:URI=\"start-\(segment.start).mp4\"")
                lines.append("#EXT-X-PROGRAM-DATE-TIME:\(segment.time.rfc3339)")
                start = segment.start
            }
            let seconds = Double(Int((segment.seconds * 1000).rounded())) / 1000
            lines.append("#EXTINF:\(seconds),")
            lines.append("\(segment.number).m4s")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Bytes that are held.
    package var bytes: Int {
        (segments.map(\.content) + [open?.content].compactMap(\.self) + starts.values).reduce(0) { $0 + $1.readableBytes }
    }

    /// Why there is nothing to be played.
    package var words: String { problem }

    /// A part of the stream by its name in the playlist; nil where it is over, or never was.
    package func part(_ name: String) -> ByteBuffer? {
        asked = clock.uptime
        if let number = Self.number(name, "", ".m4s") { return segments.first { $0.number == number }?.content }
        return Self.number(name, "start-", ".mp4").flatMap { starts[$0] }
    }

    private static func number(_ name: String, _ prefix: String, _ suffix: String) -> Int? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.utf8.count < 40 else { return nil }
        return Int(name.dropFirst(prefix.count).dropLast(suffix.count))
    }

    private func begin() {
        asked = clock.uptime
        if task != nil { return }
        task = Task { await self.run() }
    }

    private func run() async {
        problem = ""
        let backlog = backlog()
        let number = await feed.join(.init(backlog: backlog, lane: 0))
        // Something comes every few seconds, if only why there are no pictures.
        while let chunks = await backlog.next() {
            for (_, chunk) in chunks { take(chunk) }
            if clock.uptime - asked > Self.patience { break }
        }
        await feed.leave(number)
        task = nil
        segments = []
        open = nil
        starts = [:]
        wake()
    }

    private func take(_ chunk: LiveChunk) {
        switch chunk.kind {
        case .start:
            guard let start = chunk.start else { return }
            open = nil
            // One behind which nothing came is nobody's.
            if segments.last?.start != lastStart { starts[lastStart] = nil }
            lastStart += 1
            starts[lastStart] = start.initialization
        case .keyframe:
            guard starts[lastStart] != nil else { return }
            if var open {
                open.seconds = chunk.time.seconds(since: open.time)
                // A clock that was set says nothing about how long the segment is.
                if open.seconds >= Self.shortest || open.seconds < 0 {
                    open.seconds = min(max(open.seconds, Self.shortest), 60)
                    close(open)
                } else {
                    return add(chunk)
                }
            }
            lastNumber += 1
            open = Segment(number: lastNumber, start: lastStart, time: chunk.time, seconds: 0, content: chunk.content)
        case .picture: add(chunk)
        case .notice:
            problem = String(buffer: chunk.content)
            if !problem.isEmpty { wake() }
        case .still: break
        }
    }

    private func add(_ chunk: LiveChunk) {
        guard let length = open?.content.readableBytes else { return }
        guard length + chunk.content.readableBytes <= Self.byteLimit else {
            open = nil
            return
        }
        var content = chunk.content
        open?.content.writeBuffer(&content)
    }

    private func close(_ segment: Segment) {
        segments.append(segment)
        segments.removeFirst(max(0, segments.count - Self.kept))
        let oldest = segments.first?.start ?? lastStart
        starts = starts.filter { $0.key >= oldest }
        problem = ""
        wake()
    }

    private func wake() {
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
