package import Base
package import Logging
import MQTT
package import Protocol
import ServiceLifecycle

/// Publishes the node's health every 15 s; what is not delivered is forgotten.
package actor HealthReporter: Service {
    private let node: String
    private let folder: String
    private let outbox: Outbox
    private let transport: any UplinkTransport
    private let cameras: @Sendable () async -> [NodeHealth.Camera]
    private let recordings: RecordingUse?
    private let interval: Duration
    private let clock: any WallClock
    private let logger: Logger
    private var last: (cpu: Double, uptime: Double)?

    /// - Parameters:
    ///   - folder: The data folder, whose disk is measured.
    ///   - cameras: The figures of every camera at the time of a report.
    ///   - recordings: Nil where nothing is recorded.
    package init(
        node: String, folder: String, outbox: Outbox, transport: any UplinkTransport,
        cameras: @escaping @Sendable () async -> [NodeHealth.Camera], recordings: RecordingUse? = nil, interval: Duration = .seconds(15),
        clock: any WallClock = SystemClock(), logger: Logger
    ) {
        self.node = node
        self.folder = folder
        self.outbox = outbox
        self.transport = transport
        self.cameras = cameras
        self.recordings = recordings
        self.interval = interval
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.report()
                try await Task.sleep(for: self.interval)
            }
        }
    }

    /// Measures and composes a report.
    package func health() async -> NodeHealth {
        var health = NodeHealth(ts: clock.now, cameras: await cameras())
        if let status = try? await outbox.status() {
            health.epoch = status.epoch
            health.lastSeq = status.lastSeq
            health.outbox = NodeHealth.Outbox(waiting: status.waiting, kept: status.kept, deadLetters: status.deadLetters)
        }
        if let (recording, bytes) = await recordings?.figures() {
            health.recording = recording
            health.cameras = health.cameras.map { camera in
                var camera = camera
                camera.recorded = bytes[camera.id] ?? 0
                return camera
            }
        }
        let figures = ProcessFigures.measure(folder: folder)
        health.memory = figures.memory
        health.diskFree = figures.diskFree
        health.diskTotal = figures.diskTotal
        health.temperature = figures.temperature
        if let cpu = figures.cpuSeconds {
            let uptime = clock.uptime
            if let last, uptime > last.uptime { health.cpu = max(0, (cpu - last.cpu) / (uptime - last.uptime)) }
            last = (cpu, uptime)
        }
        return health
    }

    private func report() async {
        guard let payload = NodeJSON.encode(await health()) else { return }
        do {
            try await transport.publish(
                MQTTMessage(topic: Topics.health(node: node), payload: payload, qos: .atMostOnce, contentType: Topics.json))
        } catch {
            logger.debug("the health report was not sent", metadata: ["error": "\(error)"])
        }
    }
}
