package import Base
package import Logging
package import Media
package import Protocol
import ServiceLifecycle
package import Trust
import Vision

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
    /// The same of portraits.
    package nonisolated let portraits = BoundedFeed<PortraitShot>(bound: bound)

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
        metrics.declare("vigilar_portrait_made_total", .counter, help: "Portraits of people and animals that were sealed and queued.")
    }

    /// Makes what comes until the task is cancelled or a graceful shutdown begins; then what has come by then.
    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            async let others: Void = makePortraits()
            for await shot in shots.stream { await make(shot) }
            portraits.finish()
            await others
        } onCancelOrGracefulShutdown: {
            self.shots.finish()
            self.portraits.finish()
        }
    }

    private func makePortraits() async {
        for await shot in portraits.stream { await make(shot) }
    }

    private func make(_ shot: SnapshotShot<HeldPicture>) async {
        guard await isWanted(shot.event) else { return }
        let name = SnapshotName(event: shot.event, rank: shot.rank)
        let isQueued = await queue(name) {
            let still = try JPEGEncoder.still(of: shot.picture)
            return (
                SnapshotWire.pack(
                    thumbnail: still.thumbnail, picture: still.jpeg, people: shot.people?.compactMap(\.clipped).map { SnapshotArea($0) },
                    boxes: shot.boxes),
                SnapshotWire.context(node: node, event: name.event, rank: name.rank)
            )
        }
        guard isQueued else { return }
        metrics.add("vigilar_snapshot_made_total")
        await onQueued(name.event)
    }

    private func make(_ shot: PortraitShot) async {
        let name = SnapshotName(event: shot.event, rank: shot.rank, subject: .portrait)
        let isQueued = await queue(name) {
            let area = PixelRectangle(shot.crop, width: shot.picture.width, height: shot.picture.height)
            guard let area, let crop = shot.picture.part(x: area.x, y: area.y, width: area.width, height: area.height) else {
                throw MediaError(.encoderFailed, "a portrait lies outside its picture")
            }
            let jpeg = try JPEGEncoder.jpeg(of: crop, side: PortraitWire.cropSide, byteLimit: PortraitWire.maximumCrop)
            let portrait = Portrait(
                track: shot.track, kind: shot.kind, model: shot.embedding.model, embedding: shot.embedding.values,
                pictures: shot.pictures, label: shot.label, crop: jpeg)
            return (PortraitWire.pack(portrait), PortraitWire.context(node: node, event: name.event, rank: name.rank))
        }
        if isQueued { metrics.add("vigilar_portrait_made_total") }
    }

    /// Seals what `content` makes, and what it is sealed for, and puts it into the queue.
    private func queue(_ name: SnapshotName, _ content: () throws -> ([UInt8], context: [UInt8])) async -> Bool {
        let box: [UInt8]
        do {
            let (bytes, context) = try content()
            box = try SealedBox.seal(bytes, to: key(), context: context)
        } catch {
            failed("encode", error)
            return false
        }
        do {
            guard try await queue.put(box, as: name) else { return false }
        } catch {
            failed("write", error)
            return false
        }
        isFailing = false
        return true
    }

    private func failed(_ reason: String, _ error: any Error) {
        metrics.add("vigilar_snapshot_failed_total", labels: [("reason", reason)])
        // One line for a disk that stays full, not one for each picture.
        if !isFailing { logger.error("a picture of an event was lost", metadata: ["error": "\(error)"]) }
        isFailing = true
    }
}
