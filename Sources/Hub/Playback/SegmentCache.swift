package import Base
package import Foundation
package import Logging
private import NIOCore
import Protocol

/// The hub's copies of segments' files, as the nodes have them, sealed: what was fetched for one is there for the next. The oldest go first
/// when there is no room, those that are read stay. It begins empty with each start of the hub.
package actor SegmentCache {
    private struct Held {
        var feed: SegmentFeed
        var bytes: Int64 = 0
        var lastUse: Int
        var readers = 0
        /// It goes with its last reader.
        var isForgotten = false
    }

    private let folder: String
    private let limit: Int64
    private let desk: UploadDesk
    private let metrics: Metrics
    private let logger: Logger
    private var held: [EventID: Held] = [:]
    private var total: Int64 = 0
    private var uses = 0

    /// - Parameters:
    ///   - folder: Emptied here.
    ///   - limit: Bytes.
    /// - Throws: `PrivateFile.Failure` or what the file system reports.
    package init(folder: URL, limit: Int64, desk: UploadDesk, metrics: Metrics, logger: Logger) throws {
        self.folder = folder.path
        self.limit = limit
        self.desk = desk
        self.metrics = metrics
        self.logger = logger
        try? FileManager.default.removeItem(at: folder)
        try PrivateFile.makeFolder(folder)
        metrics.declare("vigilar_playback_fetched_bytes_total", .counter, help: "Bytes of recordings that nodes have sent.")
        metrics.declare("vigilar_playback_cache_bytes", .gauge, help: "Bytes of recordings that the hub has copies of.")
    }

    /// Begins to read a segment; ended by `close`.
    func open(_ segment: EventID, of node: String, _ grid: SegmentGrid) async throws -> (feed: SegmentFeed, reader: Int) {
        uses += 1
        if held[segment] == nil {
            let desk = desk
            let file = try SparseFile("\(folder)/\(segment)")
            let feed = SegmentFeed(grid, file: file) { range, take in
                try await desk.pull(range, of: segment, from: node, take: take)
            } onStored: { count in
                Task { await self.stored(count, of: segment) }
            }
            held[segment] = Held(feed: feed, lastUse: uses)
        }
        guard let feed = held[segment]?.feed else { throw PlaybackFailure.cancelled }
        held[segment]?.lastUse = uses
        held[segment]?.readers += 1
        return (feed, await feed.enter(grid))
    }

    func close(_ segment: EventID, _ reader: Int) async {
        await held[segment]?.feed.leave(reader)
        held[segment]?.readers -= 1
        if let rest = held[segment], rest.isForgotten, rest.readers == 0 { drop(segment) }
        makeRoom()
    }

    /// Lets go of segments that are deleted. Of one that is being read the file loses its name now, and its bytes with its last reader.
    func forget(_ segments: Set<EventID>) {
        for segment in segments {
            guard let copy = held[segment] else { continue }
            if copy.readers == 0 {
                drop(segment)
            } else {
                held[segment]?.isForgotten = true
                copy.feed.file.remove()
            }
        }
        makeRoom()
    }

    private func drop(_ segment: EventID) {
        guard let copy = held.removeValue(forKey: segment) else { return }
        total -= copy.bytes
        copy.feed.file.remove()
    }

    private func stored(_ count: Int, of segment: EventID) {
        metrics.add("vigilar_playback_fetched_bytes_total", Double(count))
        guard held[segment] != nil else { return }
        held[segment]?.bytes += Int64(count)
        total += Int64(count)
        makeRoom()
    }

    private func makeRoom() {
        while total > limit, let oldest = held.filter({ $0.value.readers == 0 }).min(by: { $0.value.lastUse < $1.value.lastUse }) {
            drop(oldest.key)
        }
        metrics.set("vigilar_playback_cache_bytes", Double(total))
    }
}
