import Base
package import Logging
import MQTT
import Protocol

/// What goes over the topics of a node's cameras: their states, their settings, and what became of these.
///
/// A node may use a camera's topics once the hub has said that the camera is its own, and a moment later, when the broker knows.
package actor CameraTopics {
    private let node: String
    private let transport: any UplinkTransport
    private let cameras: CameraSet
    private let configurator: CameraConfigurator
    private let logger: Logger
    /// Counts connections and words of the hub, so that work for one that is gone ends.
    private var epoch = 0
    private var subscribed: Set<String> = []
    /// The states that the broker has, by camera.
    private var states: [String: CameraStateMessage] = [:]
    /// The reports that the broker has, by camera.
    private var reports: [String: CameraConfigReport] = [:]

    package init(
        node: String, transport: any UplinkTransport, cameras: CameraSet, configurator: CameraConfigurator, logger: Logger
    ) {
        self.node = node
        self.transport = transport
        self.cameras = cameras
        self.configurator = configurator
        self.logger = logger
    }

    /// A connection ended, or a new one begins, which knows nothing.
    func connectionChanged() {
        epoch += 1
        subscribed = []
        states = [:]
        reports = [:]
    }

    /// The hub has said whose the cameras are: subscribes to their settings and says what they have; repeated while the broker refuses.
    func settled() async {
        epoch += 1
        let begun = epoch
        var backoff = Backoff(base: 0.5, maximum: 10)
        while epoch == begun, !Task.isCancelled {
            let own = await cameras.units.filter { $0.reader.heldBack == nil }.map(\.id)
            // What came for one that was held back was not taken in: it is to come again.
            subscribed.formIntersection(own)
            var failure: MQTTError?
            // Each by itself: one that is refused does not keep the others.
            for camera in own where epoch == begun {
                do throws(MQTTError) { try await begin(camera) } catch { failure = error }
            }
            await publishStates()
            guard epoch == begun, let failure else { return }
            logger.warning("the topics of some of the node's cameras cannot be used yet", metadata: ["error": "\(failure)"])
            try? await Task.sleep(for: .seconds(backoff.next()))
        }
    }

    /// Subscribes first, so that nothing is said about settings which have already been replaced.
    private func begin(_ camera: String) async throws(MQTTError) {
        let begun = epoch
        if !subscribed.contains(camera) {
            // The hub may have forgotten what was said of a camera that was another's meanwhile.
            reports[camera] = nil
            try await transport.subscribe([(Topics.config(camera: camera), .atLeastOnce)])
            guard epoch == begun else { return }
            subscribed.insert(camera)
        }
        try await publishReport(of: camera)
    }

    /// Something about the cameras has changed.
    func changed() async {
        await publishStates()
        for camera in subscribed {
            do throws(MQTTError) { try await publishReport(of: camera) } catch {
                logger.warning("a camera's settings were not published", metadata: ["camera": "\(camera)", "error": "\(error)"])
            }
        }
    }

    /// The node ends: its cameras are off.
    func end() async {
        for (camera, state) in states where state.online {
            try? await publish(CameraStateMessage(node: node, name: state.name, online: false), of: camera)
        }
    }

    /// Settings have come.
    func received(_ message: MQTTMessage, camera: String) async {
        // An empty one is what a broker keeps of settings that were taken away.
        guard !message.payload.isEmpty, let report = await configurator.take(config: message.payload, camera: camera) else { return }
        do throws(MQTTError) { try await publish(report, of: camera) } catch {
            logger.warning("what became of settings was not published", metadata: ["camera": "\(camera)", "error": "\(error)"])
        }
    }

    /// Publishes what differs from what the broker has, and takes away what is of cameras that are gone.
    private func publishStates() async {
        do throws(MQTTError) {
            var present: Set<String> = []
            for camera in await cameras.units {
                present.insert(camera.id)
                let announcement = camera.announcement
                let state = CameraStateMessage(node: node, name: announcement.name, online: announcement.online)
                // One that is another node's has its state from there.
                guard subscribed.contains(camera.id), camera.reader.heldBack == nil, states[camera.id] != state else { continue }
                try await publish(state, of: camera.id)
            }
            for camera in subscribed.subtracting(present) {
                for topic in [Topics.cameraState(camera), Topics.configReport(camera: camera)] {
                    try await transport.publish(MQTTMessage(topic: topic, payload: [], retain: true))
                }
                subscribed.remove(camera)
                states[camera] = nil
                reports[camera] = nil
            }
        } catch {
            logger.warning("a camera's state was not published", metadata: ["error": "\(error)"])
        }
    }

    private func publish(_ state: CameraStateMessage, of camera: String) async throws(MQTTError) {
        guard let payload = NodeJSON.encode(state) else { return }
        try await transport.publish(
            MQTTMessage(topic: Topics.cameraState(camera), payload: payload, retain: true, contentType: Topics.json))
        states[camera] = state
    }

    /// Says what a camera has, unless the broker knows.
    private func publishReport(of camera: String) async throws(MQTTError) {
        guard let report = await configurator.report(camera), reports[camera] != report else { return }
        try await publish(report, of: camera)
    }

    private func publish(_ report: CameraConfigReport, of camera: String) async throws(MQTTError) {
        try await transport.publish(
            MQTTMessage(topic: Topics.configReport(camera: camera), payload: report.payload, retain: true, contentType: Topics.json))
        reports[camera] = report
    }
}
