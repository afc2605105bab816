import Base
import Foundation
import Hub
import Logging
import Protocol
import TestSupport
import Trust

/// What a web server needs to play recordings, over nodes that `send` answers for.
struct PlaybackParts {
    let playback: Playback
    let uploads: UploadDesk
    let relay: UploadRelay
    /// To be closed where something was passed on.
    let replicaClient: ReplicaClient
    let live: LiveCameras
    let stars: StarService
    let deletions: DeletionService

    init(
        store: SQLiteStore, trust: HubTrust, keyring: Keyring, clock: any WallClock, metrics: Metrics = Metrics(),
        folder: TemporaryDirectory, replica: String = "test",
        limit: Int64 = 1 << 30, send: @escaping UploadDesk.Send = { _, _ in NodeReply(ok: false) }
    ) throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        uploads = UploadDesk(
            // A machine that is busy with other tests is not a node that is away.
            replica: replica, key: trust.signingKey, clock: clock, patience: 120,
            offset: { node in (try? await store.presence(of: [node]))?.first?.clockOffset }, send: send)
        replicaClient = ReplicaClient(authority: trust.authority.certificatePEM)
        relay = UploadRelay(
            replica: replica, key: trust.signingKey, store: store, client: replicaClient, metrics: metrics, logger: logger)
        live = LiveCameras(store: store, desk: uploads, clock: clock, metrics: metrics, logger: logger)
        let cache = try SegmentCache(
            folder: URL(filePath: folder.path("playback-\(replica)")), limit: limit, desk: uploads, metrics: metrics, logger: logger)
        stars = StarService(store: store, key: trust.signingKey, clock: clock, metrics: metrics, logger: logger, interval: 0.01, send: send)
        deletions = DeletionService(
            store: store, key: trust.signingKey, clock: clock, metrics: metrics, logger: logger, interval: 0.01, send: send)
        playback = Playback(store: store, cache: cache, keyring: keyring, clock: clock, logger: logger, send: send)
    }
}
