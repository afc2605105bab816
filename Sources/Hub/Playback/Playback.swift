package import Base
package import Logging
package import Protocol
package import Recording
private import Synchronization

/// Makes files of what cameras have recorded, whose bytes come from the nodes as they are read.
package final class Playback: Sendable {
    /// Seconds until the hub asks anew what there is of a span that is over.
    private static let freshness = 20.0
    /// Seconds behind the present from which on a node is asked what it is just writing.
    private static let recent = 120.0
    /// Seconds for which it is waited for.
    private static let patience = 3.0
    /// Segments of a span: those of a day, and as many again for cuts.
    private static let maximumSegments = 4000
    private static let maximumKept = 16

    private struct Kept: Sendable {
        var span: PlayedSpan
        var until: Double
    }

    private let store: any RecordingStore & DeletionStore & FleetStore & PresenceStore
    private let cache: SegmentCache
    private let keyring: Keyring
    private let send: UploadDesk.Send
    private let clock: any WallClock
    private let logger: Logger
    private let kept = Mutex<[String: Kept]>([:])

    /// - Parameter send: Asks a node and waits for its answer; throws where there is none.
    package init(
        store: any RecordingStore & DeletionStore & FleetStore & PresenceStore, cache: SegmentCache, keyring: Keyring,
        clock: any WallClock, logger: Logger, send: @escaping UploadDesk.Send
    ) {
        self.store = store
        self.cache = cache
        self.keyring = keyring
        self.clock = clock
        self.logger = logger
        self.send = send
    }

    /// All of one segment; nil where there is none.
    /// - Throws: `PlaybackError`, `RecordingError`, `StoreError`.
    package func recording(_ id: EventID) async throws -> PlayedSpan? {
        // No camera's key: these have spaces.
        let key = id.description
        let uptime = clock.uptime
        if let span = known(key, uptime) { return span }
        guard let record = try await store.segment(id) else { return nil }
        let segment = try PlayedSegment(record)
        let span = try PlayedSpan([segment], from: record.start, to: Timestamp(microseconds: record.end.microseconds + 1))
        if segment.index.state != .open { keep(span, key, uptime) }
        return span
    }

    /// What a camera recorded in a span.
    /// - Parameter scope: What whoever asks may watch: a camera's id may have been another site's before, and its recordings still are.
    /// - Throws: `PlaybackError`, `StoreError`.
    package func camera(
        _ camera: String, track: SegmentTrack = .main, from: Timestamp, to: Timestamp, scope: AccessScope
    ) async throws -> PlayedSpan {
        let key = "\(camera) \(track.rawValue) \(from.microseconds) \(to.microseconds)"
        let uptime = clock.uptime
        if scope == .everything, let span = known(key, uptime) { return span }
        let isRecent = await learnOpen(camera, to: to)
        var segments: [PlayedSegment] = []
        for record in try await store.segments(camera: camera, track: track, from: from, to: to, limit: Self.maximumSegments)
        where scope.contains(site: record.summary.site, camera: camera) {
            do { segments.append(try PlayedSegment(record)) } catch {
                logger.error(
                    "the index of a recording cannot be read; it is left out", metadata: ["segment": "\(record.id)", "why": "\(error)"])
            }
        }
        let span = try PlayedSpan(segments, from: from, to: to)
        if !isRecent, scope == .everything { keep(span, key, uptime) }
        return span
    }

    /// What somebody deleted of a span, the last that was recorded; nil where nobody has deleted anything of it.
    /// - Throws: `StoreError`.
    package func deletion(
        _ camera: String, track: SegmentTrack, from: Timestamp, to: Timestamp, scope: AccessScope
    ) async throws(StoreError) -> SegmentDeletion? {
        let query = SegmentQuery(scope, camera: camera, from: from, to: to, limit: Self.maximumSegments)
        return try await store.deletions(query).last { $0.track == track && $0.state != .refused }
    }

    /// Lets go of what the hub has of segments that are deleted. Who is watching one reads it to the end of the request.
    package func forget(_ ids: Set<EventID>) async {
        kept.withLock { kept in kept = kept.filter { !$0.value.span.segments.contains { ids.contains($0.id) } } }
        await cache.forget(ids)
    }

    /// Reads a range of a span's file.
    package func reader(_ span: PlayedSpan, _ range: Range<Int64>) -> SpanReader {
        SpanReader(span, range, cache: cache, keyring: keyring)
    }

    /// Since when a node is away; nil where it is not, or nobody knows.
    package func away(_ node: String) async -> Timestamp? {
        let record = try? await store.presence(of: [node]).first
        return record.flatMap { $0.isOnline ? nil : $0.since }
    }

    /// Why one of some nodes cannot use its recordings, in its own words; nil where none says so.
    package func unrecorded(_ nodes: Set<String>) async -> (node: String, why: String)? {
        for record in (try? await store.presence(of: Array(nodes))) ?? [] {
            if let why = record.state?.cameras?.lazy.compactMap(\.unrecorded).first { return (record.node, why) }
        }
        return nil
    }

    private func known(_ key: String, _ uptime: Double) -> PlayedSpan? {
        kept.withLock { $0[key].flatMap { $0.until > uptime ? $0.span : nil } }
    }

    private func keep(_ span: PlayedSpan, _ key: String, _ uptime: Double) {
        kept.withLock { kept in
            kept = kept.filter { $0.value.until > uptime }
            if kept.count >= Self.maximumKept, let oldest = kept.min(by: { $0.value.until < $1.value.until }) { kept[oldest.key] = nil }
            kept[key] = Kept(span: span, until: uptime + Self.freshness)
        }
    }

    /// Has a camera's node tell of what it is just writing, where a span reaches into that. Where the node does not in time, what is known so
    /// far has to do.
    /// - Parameter to: The span's end.
    /// - Returns: Whether it does.
    @discardableResult
    package func learnOpen(_ camera: String, to: Timestamp) async -> Bool {
        guard to.seconds(since: clock.now) > -Self.recent else { return false }
        await askForOpen(camera)
        return true
    }

    private func askForOpen(_ camera: String) async {
        guard let node = try? await store.cameras().first(where: { $0.id == camera })?.node else { return }
        let send = send
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await send(NodeCommand(command: "index", camera: camera), node) }
            group.addTask { try? await Task.sleep(for: .seconds(Self.patience)) }
            await group.next()
            group.cancelAll()
        }
    }
}
