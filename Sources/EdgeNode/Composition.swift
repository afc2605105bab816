package import Base
import Foundation
package import Logging
import Media
import MQTT
import Protocol
import Recording
package import ServiceLifecycle
import Settings
import Sight
import Trust
import Vision

/// Builds and orders the parts of a node. Nothing else wires; tests build through here too.
package struct EdgeComposition: Sendable {
    /// Every service, in the order of their start; they stop in reverse: cameras, what records their events, the way to the hub.
    package let services: [any Service]
    package let outbox: Outbox
    package let cameras: CameraSet
    package let metrics: Metrics

    package static func outboxPath(_ configuration: EdgeConfiguration) -> String { "\(configuration.dataFolder)/outbox.sqlite" }

    /// - Parameters:
    ///   - identity: As joining made it; nil for a node whose configuration names a broker.
    ///   - file: The path of the configuration's file, which the hub's settings are written to; nil where there is none.
    ///   - perception: Makes ready what the node sees with.
    /// - Throws: `OutboxError`, or what the file system says of the data folder.
    package static func build(
        _ configuration: EdgeConfiguration, identity: NodeIdentity? = nil, file: String? = nil, clock: any WallClock = SystemClock(),
        perception: @escaping @Sendable (EdgeConfiguration) async throws -> Perception = { try await NodeModels.perception($0) },
        logger: Logger
    ) async throws -> EdgeComposition {
        try DurableFile.makeFolder(configuration.dataFolder)
        let metrics = Metrics()
        let node = configuration.node
        let outbox = Outbox(
            OutboxConfiguration(
                path: outboxPath(configuration), node: node, site: configuration.site, maximumEvents: configuration.outbox.maximumEvents,
                keepDays: configuration.outbox.keepDays),
            clock: clock, metrics: metrics, logger: logger)
        try await outbox.open()
        let recorder = EventRecorder(outbox: outbox, clock: clock, metrics: metrics, logger: logger)
        let renewal = identity.map { CertificateRenewal($0, clock: clock, logger: logger) }
        let snapshots = try await snapshots(configuration, renewal, recorder: recorder, clock: clock, metrics: metrics, logger: logger)
        let (place, unrecorded) = recordingPlace(configuration, renewal, clock: clock, metrics: metrics, logger: logger)
        let sight = SightService(
            load: { try await perception(configuration) }, shots: snapshots?.maker.shots, portraits: snapshots?.maker.portraits,
            clock: clock, metrics: metrics, logger: logger
        ) { outcome, camera in await recorder.record(outcome, camera: camera) }
        let cameras = CameraSet(configuration.cameras, recorder: recorder) { settings in
            let tape = place.map { place in
                { track in
                    CameraRecorder(
                        camera: settings.id, track: track, plan: settings.recording, place: place, clock: clock, metrics: metrics,
                        logger: logger)
                }
            }
            return CameraUnit(
                settings, shots: snapshots?.maker.shots, sight: sight.queue, recorder: tape, unrecorded: unrecorded, metrics: metrics,
                clock: clock, logger: logger)
        }
        let configurator = CameraConfigurator(
            node: node, file: file.map { ConfigurationFile(path: $0, joined: identity.map { JoinedNode(node: $0.node, site: $0.site) }) },
            folder: configuration.dataFolder, cameras: cameras, keys: { renewal.flatMap { try? HubKeys($0.current) } }, metrics: metrics,
            logger: logger)
        let pace = UploadPace(rate: configuration.recording.uplink, clock: clock, metrics: metrics)
        let recordings = recordings(configuration, place, renewal, pace: pace, clock: clock, metrics: metrics, logger: logger)
        let live = renewal.map { renewal in
            LiveSender(
                node: node, cameras: cameras, hub: HubCaller({ renewal.current }, silence: SegmentUploader.silence),
                keys: { try? HubKeys(renewal.current) }, pace: pace, clock: clock, metrics: metrics, logger: logger)
        }

        let client = MQTTClient(HubSession.configuration(configuration, identity), logger: logger)
        let uplink = Uplink(node: node, outbox: outbox, transport: client, clock: clock, metrics: metrics, logger: logger)
        let started = clock.now
        let instance = "\(ProcessInfo.processInfo.hostName)/\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        let link = HubLink(
            node: node, transport: client, uplink: uplink,
            commands: CommandHandler(
                node: node, uplink: uplink, cameras: cameras, configurator: configurator, recordings: recordings, live: live,
                forgetting: snapshots?.forgetting),
            state: {
                NodeState(
                    state: .online, version: Version.text, started: started, cameras: await cameras.units.map(\.announcement),
                    instance: instance, motionOnly: sight.motionOnly, shortcomings: sight.shortcomings)
            },
            topics: CameraTopics(node: node, transport: client, cameras: cameras, configurator: configurator, logger: logger),
            metrics: metrics, logger: logger)
        await sight.use(onChange: { await link.stateChanged() })
        await cameras.use(onChange: { await link.stateChanged() }, onSettled: { await link.camerasSettled() })
        let health = HealthReporter(
            node: node, folder: configuration.dataFolder, outbox: outbox, transport: client,
            cameras: {
                let latencies = sight.latencies
                return await cameras.units.map { unit in
                    var health = unit.health
                    health.detectorLatency = latencies[unit.id]
                    return health
                }
            },
            recordings: place.map { RecordingUse(library: $0.library, settings: configuration.recording, clock: clock) }, clock: clock,
            logger: logger)
        var services: [any Service] = renewal.map { [$0] } ?? []
        if let address = configuration.metrics {
            services.append(
                MetricsServer(address, logger: logger) {
                    let units = await cameras.units
                    NodeGauges.set(
                        await health.health(),
                        standIns: Dictionary(units.compactMap { unit in unit.sub.map { (unit.id, $0.isAway) } }) { $1 },
                        droppedSounds: Dictionary(units.map { ($0.id, $0.reader.statistics.droppedSounds) }) { $1 }, in: metrics)
                    return metrics.text()
                })
        }
        if let snapshots { services.append(snapshots.uploader) }
        services += [client, link, uplink, health, recorder]
        if let live { services.append(live) }
        if let recordings { services += [recordings.reporter, recordings.uploader] as [any Service] }
        if let place {
            services.append(
                RecordingUpkeep(place: place, settings: configuration.recording, clock: clock, metrics: metrics, logger: logger))
        }
        // It stops after the cameras and before the recorder, which writes what becomes of their last pictures.
        if let snapshots { services.append(snapshots.maker) }
        services += [sight, cameras] as [any Service]
        return EdgeComposition(services: services, outbox: outbox, cameras: cameras, metrics: metrics)
    }

    /// Whether a node records at all: where it has not joined, it has no key to seal recordings to.
    static func isRecording(_ configuration: EdgeConfiguration, _ identity: NodeIdentity?) -> Bool {
        identity != nil || !configuration.recording.encrypt
    }

    /// Where recordings go. A node that has not joined has no key to seal them to, and makes none unless they are to lie open. Where the table of
    /// the recordings cannot be used there is no place either, and all else goes on: events matter more.
    /// - Returns: And why nothing is recorded although it should be, for people.
    private static func recordingPlace(
        _ configuration: EdgeConfiguration, _ renewal: CertificateRenewal?, clock: any WallClock, metrics: Metrics, logger: Logger
    ) -> (place: RecordingPlace?, unrecorded: String?) {
        let settings = configuration.recording
        guard renewal != nil || !settings.encrypt else {
            logger.notice("Nothing is recorded: this node has not joined a hub, to whose key recordings are sealed")
            return (nil, nil)
        }
        metrics.declare(
            "vigilar_recording_broken", .gauge, help: "1 while nothing is recorded because the recordings' table cannot be used.")
        let (site, node) = (configuration.site, configuration.node)
        let library: RecordingLibrary
        do {
            library = try RecordingLibrary(folder: settings.folder)
            try library.retire(
                allBut: Set(configuration.cameras.map(\.id)), withSub: Set(configuration.cameras.filter { $0.subSource != nil }.map(\.id)),
                at: clock.now)
        } catch {
            let isForeign = (error as? RecordingError)?.code == .unsupported
            let remedy = isForeign ? "update vigilar-edge" : "stop the node and run vigilar-edge check --repair"
            metrics.set("vigilar_recording_broken", 1)
            logger.error("Nothing is recorded: the recordings' table cannot be used", metadata: ["why": "\(error)", "remedy": "\(remedy)"])
            return (nil, "the recordings' table cannot be used: \(remedy)")
        }
        metrics.set("vigilar_recording_broken", 0)
        let place = RecordingPlace(library: library, reserve: settings.reserve) {
            guard settings.encrypt, let renewal else { return .success(RecordingKeys(site: site, node: node, recipients: [])) }
            do throws(TrustError) {
                let hub = try renewal.current.hubSealingKey()
                let recovery = try settings.recoveryKey.map { text throws(TrustError) in try SealingPublicKey(text: text) }
                return .success(RecordingKeys(site: site, node: node, recipients: [hub] + (recovery.map { [$0] } ?? [])))
            } catch { return .failure(RecordingRefusal("the key for recordings cannot be used: \(error.message)")) }
        }
        return (place, nil)
    }

    /// What tells the hub of recordings, and sends it what it asks for; nil for a node that has not joined.
    private static func recordings(
        _ configuration: EdgeConfiguration, _ place: RecordingPlace?, _ renewal: CertificateRenewal?, pace: UploadPace,
        clock: any WallClock, metrics: Metrics, logger: Logger
    ) -> (reporter: SegmentReporter, uploader: SegmentUploader, stars: SegmentStars, deletions: SegmentDeletions)? {
        guard let place, let renewal else { return nil }
        let node = configuration.node
        let reporter = SegmentReporter(
            node: node, library: place.library, hub: HubCaller { renewal.current }, clock: clock, metrics: metrics, logger: logger)
        let uploader = SegmentUploader(
            node: node, library: place.library, hub: HubCaller({ renewal.current }, silence: SegmentUploader.silence),
            keys: { try? HubKeys(renewal.current) }, pace: pace, clock: clock, metrics: metrics, logger: logger)
        let stars = SegmentStars(
            node: node, library: place.library, keys: { try? HubKeys(renewal.current) }, metrics: metrics, logger: logger)
        let deletions = SegmentDeletions(
            node: node, library: place.library, keys: { try? HubKeys(renewal.current) }, metrics: metrics, logger: logger)
        return (reporter, uploader, stars, deletions)
    }

    /// What makes and sends the pictures of events. A node that has not joined has no key to seal them to, and makes none.
    private static func snapshots(
        _ configuration: EdgeConfiguration, _ renewal: CertificateRenewal?, recorder: EventRecorder, clock: any WallClock, metrics: Metrics,
        logger: Logger
    ) async throws -> (maker: SnapshotMaker, uploader: SnapshotUploader, forgetting: Forgetting)? {
        guard let renewal else { return nil }
        do { _ = try renewal.current.hubSealingKey() } catch {
            logger.error("the hub's key for pictures cannot be used: events have none", metadata: ["error": "\(error.message)"])
            return nil
        }
        let folder = URL(filePath: configuration.dataFolder, directoryHint: .isDirectory).appending(path: "snapshots")
        let queue = SnapshotQueue(folder: folder, metrics: metrics, logger: logger)
        try await queue.open()
        let maker = SnapshotMaker(
            node: configuration.node, key: { () throws(TrustError) in try renewal.current.hubSealingKey() }, queue: queue,
            isWanted: { await recorder.isWanted($0) }, onQueued: { await recorder.pictured($0) }, metrics: metrics, logger: logger)
        let uploader = SnapshotUploader(
            queue: queue, transport: HubSnapshotTransport { renewal.current }, clock: clock, metrics: metrics, logger: logger)
        let forgetting = Forgetting(
            node: configuration.node, queue: queue, keys: { try? HubKeys(renewal.current) }, logger: logger)
        return (maker, uploader, forgetting)
    }
}
