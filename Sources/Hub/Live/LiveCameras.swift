package import Base
package import Logging
package import Protocol
private import Synchronization

/// The live pictures of all cameras, for as long as somebody watches them.
package final class LiveCameras: Sendable {
    private struct Key: Hashable {
        var camera: String
        var content: LiveTicket.Content
        var stream: LiveTicket.Stream
    }

    /// Bytes that may wait for a viewer in each lane, and seconds that one may be behind at a keyframe.
    private static let byteLimit = 64 << 20
    private static let lag = 1.0

    private let store: any FleetStore & PresenceStore
    private let desk: UploadDesk
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let feeds = Mutex<[Key: LiveFeed]>([:])
    private let lists = Mutex<[String: HLSList]>([:])

    package init(
        store: any FleetStore & PresenceStore, desk: UploadDesk, clock: any WallClock, metrics: Metrics, logger: Logger
    ) {
        self.store = store
        self.desk = desk
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_live_dropped_total", .counter, help: "Live pictures that somebody who watched was too slow for.")
    }

    /// Where everything that a viewer is shown comes together.
    package static func backlog(
        onDropped: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> GroupBacklog<(lane: Int, chunk: LiveChunk)> { GroupBacklog(byteLimit: byteLimit, lag: lag, onDropped: onDropped) }

    /// As the static one; what is dropped is counted.
    func backlog() -> GroupBacklog<(lane: Int, chunk: LiveChunk)> {
        Self.backlog { [metrics] in metrics.add("vigilar_live_dropped_total", Double($0)) }
    }

    /// What a camera shows. Of a camera that is nobody's nothing will come.
    package func feed(_ camera: String, _ content: LiveTicket.Content, _ stream: LiveTicket.Stream = .main) -> LiveFeed {
        feeds.withLock { feeds in
            let key = Key(camera: camera, content: content, stream: stream)
            if let feed = feeds[key] { return feed }
            var logger = logger
            logger[metadataKey: "camera"] = "\(camera)"
            let (store, desk) = (store, desk)
            let feed = LiveFeed(clock: clock, logger: logger) { take in
                // Asked each time: a camera may move to another node.
                guard let node = try await store.cameras().first(where: { $0.id == camera })?.node else { throw PlaybackFailure.gone }
                try await desk.watch(camera, content, stream, on: node, take: take)
            }
            feeds[key] = feed
            return feed
        }
    }

    /// Which of some cameras have a small stream, as their nodes say. What is asked of another one's is its only stream, which goes over the uplink once.
    /// - Throws: `StoreError`.
    package func withSubStream(_ cameras: Set<String>) async throws -> Set<String> {
        let owned = try await store.cameras().filter { cameras.contains($0.id) }
        let owners = Dictionary(owned.map { ($0.id, $0.node) }) { $1 }
        var found: Set<String> = []
        for record in try await store.presence(of: Array(Set(owners.values))) {
            for camera in record.state?.cameras ?? [] where camera.subStream == true && owners[camera.id] == record.node {
                found.insert(camera.id)
            }
        }
        return found
    }

    /// A camera's stream as HLS.
    package func list(_ camera: String) -> HLSList {
        let feed = feed(camera, .video)
        return lists.withLock { lists in
            if let list = lists[camera] { return list }
            let list = HLSList(feed, clock: clock, backlog: backlog)
            lists[camera] = list
            return list
        }
    }

    /// Those of some cameras that are somebody's.
    /// - Throws: `StoreError`.
    package func known(_ cameras: [String]) async throws -> Set<String> {
        Set(cameras).intersection(try await store.cameras().map(\.id))
    }
}
