package import Base
package import Logging
package import NIOCore
import Protocol

/// What one camera shows now, once, however many watch: asked of its node when the first comes, and let go of some seconds after the last
/// has gone.
package actor LiveFeed {
    /// One who watches: where what is shown goes, and in which lane of it.
    package struct Viewer: Sendable {
        package let backlog: GroupBacklog<(lane: Int, chunk: LiveChunk)>
        package let lane: Int
    }

    /// Asks the camera's node, and hands out what comes until that ends.
    package typealias Watch = @Sendable (_ take: @Sendable (ByteBuffer) async throws -> Void) async throws -> Void

    /// Seconds for which a stream goes on that nobody watches.
    private static let grace = 10.0
    /// Bytes of a group of pictures that are kept for the next viewer.
    private static let groupLimit = 32 << 20
    /// Seconds until a node that does not answer is asked again.
    private static let pauses = [1.0, 2, 5]

    private let watch: Watch
    private let clock: any WallClock
    private let grace: Double
    private let logger: Logger
    private var viewers: [Int: Viewer] = [:]
    private var lastNumber = 0
    private var task: Task<Void, Never>?
    /// Counts the streams that were asked for: what is still on the way of one that was let go of comes too late.
    private var stream = 0
    private var ending: Task<Void, Never>?
    /// What decoding begins with.
    private var start: LiveChunk?
    /// The present group of pictures, or the newest still.
    private var group = PresentGroup<LiveChunk>(byteLimit: groupLimit)
    private var notice: LiveChunk?

    package init(clock: any WallClock, grace: Double = grace, logger: Logger, watch: @escaping Watch) {
        self.watch = watch
        self.clock = clock
        self.grace = grace
        self.logger = logger
    }

    /// Whether it is asked of the node at the moment.
    package var isRunning: Bool { task != nil }

    /// Somebody begins to watch; ended by `leave`.
    package func join(_ viewer: Viewer) -> Int {
        ending?.cancel()
        ending = nil
        lastNumber += 1
        viewers[lastNumber] = viewer
        for chunk in [notice, start].compactMap(\.self) + group.elements { send(chunk, to: viewer) }
        if task == nil {
            stream += 1
            let number = stream
            task = Task { await self.run(number) }
        }
        return lastNumber
    }

    package func leave(_ number: Int) {
        guard viewers.removeValue(forKey: number) != nil, viewers.isEmpty else { return }
        let grace = grace
        ending = Task {
            try? await Task.sleep(for: .seconds(grace))
            if !Task.isCancelled { self.end() }
        }
    }

    private func end() {
        guard viewers.isEmpty else { return }
        task?.cancel()
        task = nil
        stream += 1
        ending = nil
        group.removeAll()
        start = nil
        notice = nil
    }

    private func run(_ number: Int) async {
        var failures = 0
        while !Task.isCancelled {
            var words = "The camera’s node has ended the stream."
            do {
                let reader = RecordsOfUpload()
                try await watch { piece in
                    for chunk in try reader.add(piece) { await self.take(chunk, of: number) }
                }
            } catch {
                words = Self.words(error)
            }
            if Task.isCancelled { return }
            // One that has sent something is there, and is asked again soon.
            failures = start == nil && group.elements.isEmpty ? failures + 1 : 0
            logger.info("Live video broke off", metadata: ["why": "\(words)"])
            interrupt(words)
            try? await Task.sleep(for: .seconds(Self.pauses[min(failures, Self.pauses.count - 1)]))
        }
    }

    private func take(_ chunk: LiveChunk, of number: Int) {
        guard number == stream else { return }
        switch chunk.kind {
        case .start:
            start = chunk
            group.removeAll()
        case .keyframe, .still, .picture:
            group.add(chunk, opens: chunk.kind != .picture, bytes: chunk.content.readableBytes)
        case .notice: notice = chunk.content.readableBytes > 0 ? chunk : nil
        }
        if chunk.kind == .keyframe || chunk.kind == .still { notice = nil }
        for viewer in viewers.values { send(chunk, to: viewer) }
    }

    private func interrupt(_ words: String) {
        group.removeAll()
        start = nil
        let chunk = LiveChunk.notice(words, at: clock.now)
        notice = chunk
        for viewer in viewers.values {
            viewer.backlog.interrupt(lane: viewer.lane)
            send(chunk, to: viewer)
        }
    }

    private func send(_ chunk: LiveChunk, to viewer: Viewer) {
        let role: GroupBacklog<(lane: Int, chunk: LiveChunk)>.Role =
            switch chunk.kind {
            case .start, .notice: .kept
            case .keyframe, .still: .opening
            case .picture: .following
            }
        viewer.backlog.send(
            (viewer.lane, chunk), role, lane: viewer.lane, bytes: chunk.content.readableBytes + LiveRecord.headLength, at: clock.uptime)
    }

    private static func words(_ error: any Error) -> String {
        switch error as? PlaybackFailure {
        case .away(let node, _): "The camera’s node, \(node), does not answer."
        case .busy: "The camera’s node sends as much as it can to others."
        case .broken(let why): "The live picture broke off: \(why)."
        case .gone, .cancelled, nil: "There is no live picture: \(error)."
        }
    }
}
