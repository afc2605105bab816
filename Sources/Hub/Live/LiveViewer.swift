import Base
import NIOCore
import Protocol

/// One request that watches: what is shown to it, until its connection ends.
actor LiveViewer {
    private let backlog: GroupBacklog<(lane: Int, chunk: LiveChunk)>
    /// What came with a first record, behind it.
    private var pending: [(lane: Int, chunk: LiveChunk)] = []
    private var feeds: [(feed: LiveFeed, number: Int)] = []

    /// - Parameter backlog: Where what is shown waits.
    init(_ context: WebContext, _ backlog: GroupBacklog<(lane: Int, chunk: LiveChunk)>) {
        self.backlog = backlog
        // Also while nothing is written to it.
        context.channel.closeFuture.whenComplete { [weak self] _ in
            backlog.finish()
            Task { await self?.leave() }
        }
    }

    func join(_ feed: LiveFeed, lane: Int) async {
        feeds.append((feed, await feed.join(.init(backlog: backlog, lane: lane))))
    }

    /// Tells why one of the cameras has no picture.
    nonisolated func say(_ words: String, lane: Int, at clock: any WallClock) {
        backlog.send((lane, .notice(words, at: clock.now)), .kept, lane: lane, bytes: words.utf8.count, at: clock.uptime)
    }

    /// What is to be shown next; nil at the end.
    func next() async -> [(lane: Int, chunk: LiveChunk)]? {
        guard pending.isEmpty else {
            defer { pending = [] }
            return pending
        }
        return await backlog.next()
    }

    /// The first record of a kind; what follows it comes next.
    /// - Throws: `Problem` with the words of whoever knows why there is none. Nothing is watched any more then.
    func first(_ kind: LiveRecord.Kind, within seconds: Double) async throws -> LiveChunk {
        let backlog = backlog
        let timer = Task {
            try? await Task.sleep(for: .seconds(seconds))
            if !Task.isCancelled { backlog.finish() }
        }
        defer { timer.cancel() }
        while let chunks = await backlog.next() {
            for (place, item) in chunks.enumerated() {
                if item.chunk.kind == kind {
                    pending = Array(chunks.dropFirst(place + 1))
                    return item.chunk
                }
                guard item.chunk.kind == .notice, item.chunk.content.readableBytes > 0 else { continue }
                await leave()
                throw Problem(live: String(buffer: item.chunk.content))
            }
        }
        await leave()
        throw Problem(live: "The camera sends no picture.")
    }

    func leave() async {
        backlog.finish()
        let left = feeds
        feeds = []
        for (feed, number) in left { await feed.leave(number) }
    }
}
