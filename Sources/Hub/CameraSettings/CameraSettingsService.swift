package import Base
package import Logging
package import MQTT
private import Protocol
private import ServiceLifecycle
private import Synchronization
package import Trust

/// Carries the cameras' settings to their nodes, signed and retained, and takes in what the nodes say of them. Every replica does both: a node
/// takes the same message twice, and the store the same report.
package final class CameraSettingsService: Service {
    /// What makes the publisher look.
    private enum Sign: Sendable {
        /// The broker may have forgotten everything.
        case connected
        case changed
    }

    private let store: any CameraSettingsStore
    private let client: MQTTClient
    private let key: SigningKey
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let interval: Double
    private let subscription: KeptSubscription
    private let signs = Batcher<Sign>(bound: 64)
    /// Cameras of which something has come, and the newest of each: what it says before that nobody needs.
    private let arrivals = Batcher<String>(bound: 4096)
    private let newest = Mutex<[String: CameraConfigReport]>([:])
    /// A report holds a camera's settings, and something about each of them.
    private static let longestReport = 2 * CameraConfig.limit

    /// - Parameters:
    ///   - client: Its events are read here.
    ///   - key: The hub's, to which every node holds what it is sent.
    ///   - interval: Seconds between two looks at the store, for what another replica was told.
    package init(
        store: any CameraSettingsStore, client: MQTTClient, key: SigningKey, clock: any WallClock, metrics: Metrics, logger: Logger,
        interval: Double = 1
    ) {
        self.store = store
        self.client = client
        self.key = key
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.interval = interval
        subscription = KeptSubscription(client: client, filters: [Topics.allConfigReports]) { refusal in
            guard let refusal else { return }
            logger.error("Cannot subscribe to what nodes say of their cameras' settings; trying again", metadata: ["error": "\(refusal)"])
        }
        metrics.declare("vigilar_settings_published_total", .counter, help: "Cameras' settings that this replica sent to their nodes.")
        metrics.declare(
            "vigilar_settings_unpublished_total", .counter,
            help: "Cameras' settings that the broker did not take; they are sent again.")
        metrics.declare("vigilar_settings_reports_total", .counter, help: "What nodes said of their cameras' settings and was news.")
        metrics.declare(
            "vigilar_settings_ignored_total", .counter, help: "What nodes said of their cameras' settings and was ignored, by reason.")
    }

    /// Something is wanted that was not wanted before, or a camera has gone.
    package func wake() { signs.put(.changed) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.subscription.run() }
                group.addTask { await self.receive() }
                group.addTask { await self.keep() }
                group.addTask { await self.publish() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    // MARK: From nodes

    private func receive() async {
        for await event in client.events {
            switch event {
            case .connected:
                subscription.connected()
                signs.put(.connected)
            case .disconnected: subscription.disconnected()
            case .message(let message): take(message)
            }
        }
    }

    private func take(_ message: MQTTMessage) {
        // Empty is how a retained message is taken back.
        guard let topic = Topics.parse(camera: message.topic), topic.rest == "config/applied", !message.payload.isEmpty else { return }
        guard message.payload.count <= Self.longestReport, let report = try? CameraConfigReport(message.payload),
            report.revision < Limits.counter
        else {
            ignore("unreadable")
            logger.debug("What a node says of a camera's settings cannot be read", metadata: ["camera": "\(topic.camera)"])
            return
        }
        let isWaiting = newest.withLock { $0.updateValue(report, forKey: topic.camera) != nil }
        if !isWaiting, !arrivals.put(topic.camera) {
            newest.withLock { $0[topic.camera] = nil }
            ignore("dropped")
        }
    }

    private func ignore(_ reason: String) { metrics.add("vigilar_settings_ignored_total", labels: [("reason", reason)]) }

    /// Stores what came, in its order.
    private func keep() async {
        var dropped = 0
        while !Task.isCancelled {
            for camera in await arrivals.take(atMost: 256) {
                if let report = newest.withLock({ $0.removeValue(forKey: camera) }) { await keep(report, of: camera) }
            }
            if arrivals.refused > dropped {
                dropped = arrivals.refused
                // The broker has kept them, and gives them once more.
                subscription.connected()
            }
        }
    }

    private func keep(_ report: CameraConfigReport, of camera: String) async {
        var backoff = Backoff(base: 0.1, maximum: 5)
        while !Task.isCancelled {
            do throws(StoreError) {
                if try await store.takeCameraReport(report, of: camera, at: clock.now) {
                    metrics.add("vigilar_settings_reports_total")
                }
                return
            } catch {
                guard error.code == .unavailable else {
                    ignore("refused")
                    logger.error(
                        "What a node says of a camera's settings cannot be stored",
                        metadata: ["camera": "\(camera)", "error": "\(error)"])
                    return
                }
                try? await Task.sleep(for: .seconds(backoff.next()))
            }
        }
    }

    // MARK: To nodes

    private func publish() async {
        var published = PublishedCameraSettings()
        var stamp: String?
        var isBehind = false
        while !Task.isCancelled {
            let seen = await signs.take(atMost: 64, within: interval)
            if seen.contains(.connected) { published.forgetConnection() }
            guard client.isConnected else {
                stamp = nil
                continue
            }
            do throws(StoreError) {
                let present = try await store.cameraSettingsStamp()
                guard present != stamp || !seen.isEmpty else { continue }
                let wanted = try await store.wantedCameraSettings()
                let failure = await send(published.difference(to: wanted), &published)
                // What the broker did not take is looked at again, and told once.
                stamp = failure == nil ? present : nil
                if let failure, !isBehind {
                    logger.warning("Cameras' settings did not reach the broker; trying again", metadata: ["error": "\(failure)"])
                }
                isBehind = failure != nil
            } catch {
                stamp = nil
                logger.debug("The store does not answer to the cameras' settings", metadata: ["error": "\(error)"])
            }
        }
    }

    /// - Returns: The last thing that went wrong; nil where the broker has taken everything.
    private func send(
        _ changes: [PublishedCameraSettings.Change], _ published: inout PublishedCameraSettings
    ) async -> (any Error)? {
        var failure: (any Error)?
        for change in changes where client.isConnected {
            do {
                try await client.publish(
                    MQTTMessage(
                        topic: Topics.config(camera: change.camera), payload: try payload(change), retain: true,
                        contentType: Topics.json))
                published.note(change)
                if change.text != nil { metrics.add("vigilar_settings_published_total") }
            } catch {
                metrics.add("vigilar_settings_unpublished_total")
                failure = error
            }
        }
        return failure
    }

    /// An empty one takes the retained message back.
    private func payload(_ change: PublishedCameraSettings.Change) throws -> [UInt8] {
        guard let text = change.text else { return [] }
        return NodeJSON.encode(try SignedMessage(signing: text, domain: SignedDomain.config, with: key)) ?? []
    }
}
