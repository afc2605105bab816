package import Base
package import Logging
package import Media
package import Protocol
import ServiceLifecycle
package import Trust

/// Turns the pictures that the analyses pick into sealed files: encodes, seals to the hub's key, queues. On the queue's thread, so that
/// no analysis waits for any of it; in one place, so that the cameras of a node do not encode at the same time.
///
/// Between the decoder and the seal a picture is in memory only.
package actor SnapshotMaker: Service {
    /// Pictures that may wait to be encoded: each holds a decoded picture's memory.
    private static let bound = 8

    private let node: String
    private let key: @Sendable () throws(TrustError) -> SealingPublicKey
    private let queue: SnapshotQueue
    private let isWanted: @Sendable (EventID) async -> Bool
    private let onQueued: @Sendable (EventID) async -> Void
    private let metrics: Metrics
    private let logger: Logger
    private var isFailing = false

    /// What the analyses give; those beyond its bound are dropped, and counted by who gave them.
    package nonisolated let shots = BoundedFeed<SnapshotShot<HeldPicture>>(bound: bound)

    // Encoding blocks as the disk does.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe queue.unownedExecutor }

    /// - Parameters:
    ///   - key: The hub's, asked for each picture: it may be replaced.
    ///   - isWanted: Asked whether the hub will ever hear of an event.
    ///   - onQueued: Called when a picture of an event is on the disk.
    package init(
        node: String, key: @escaping @Sendable () throws(TrustError) -> SealingPublicKey, queue: SnapshotQueue,
        isWanted: @escaping @Sendable (EventID) async -> Bool = { _ in true },
        onQueued: @escaping @Sendable (EventID) async -> Void, metrics: Metrics, logger: Logger
    ) {
        self.node = node
        self.key = key
        self.queue = queue
        self.isWanted = isWanted
        self.onQueued = onQueued
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_snapshot_made_total", .counter, help: "Pictures of events that were sealed and queued.")
    }

    /// Makes what comes until the task is cancelled or a graceful shutdown begins; then what has come by then.
    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            for await shot in shots.stream { await make(shot) }
        } onCancelOrGracefulShutdown: {
            self.shots.finish()
        }
    }

    private func make(_ shot: SnapshotShot<HeldPicture>) async {
        guard await isWanted(shot.event) else { return }
        let name = SnapshotName(event: shot.event, rank: shot.rank)
        let box: [UInt8]
        do {
            let still = try JPEGEncoder.still(of: shot.picture)
            box = try SealedBox.seal(
                SnapshotWire.pack(thumbnail: still.thumbnail, picture: still.jpeg), to: key(),
                context: SnapshotWire.context(node: node, event: name.event, rank: name.rank))
        } catch {
            return failed("encode", error)
        }
        do {
            guard try await queue.put(box, as: name) else { return }
        } catch {
            return failed("write", error)
        }
        isFailing = false
        metrics.add("vigilar_snapshot_made_total")
        await onQueued(name.event)
    }

    private func failed(_ reason: String, _ error: any Error) {
        metrics.add("vigilar_snapshot_failed_total", labels: [("reason", reason)])
        // One line for a disk that stays full, not one for each picture.
        if !isFailing { logger.error("a picture of an event was lost", metadata: ["error": "\(error)"]) }
        isFailing = true
    }
}
