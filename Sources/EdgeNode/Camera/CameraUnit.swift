package import Base
package import Logging
package import Media
package import Protocol

/// One camera of a node: its reader, the queue behind it, and the analysis of what comes out.
package struct CameraUnit: Sendable {
    package let settings: CameraSettings
    package let reader: CameraService
    package let analysis: CameraAnalysis
    /// Steps of motion events, for one reader; ends with the analysis.
    package let episodes = BoundedFeed<MotionEpisodeChange>(bound: 4096)

    /// - Parameter shots: Gets the pictures of its events where its settings want them; nil where the node sends none.
    package init(
        _ settings: CameraSettings, shots: BoundedFeed<SnapshotShot<HeldPicture>>? = nil, metrics: Metrics, clock: any WallClock,
        logger: Logger
    ) {
        self.settings = settings
        let queue = GroupQueue()
        reader = CameraService(
            CameraConfiguration(id: settings.id, source: settings.source), consumers: [queue], clock: clock, logger: logger)
        analysis = CameraAnalysis(
            camera: settings.id, queue: queue, settings: AnalysisSettings(settings.motion), episodes: episodes,
            shots: settings.snapshots ? shots : nil, metrics: metrics, logger: logger)
    }

    /// How the node's `state` names it.
    package var announcement: NodeCamera {
        NodeCamera(id: settings.id, name: settings.name, online: reader.statistics.isOnline, problem: reader.heldBack)
    }

    /// Takes in whose the camera's id is, by the hub's word: one of another node's stays off until that changes.
    /// - Parameter owner: Nil where the hub did not say: nothing changes.
    package func settle(owner: String?, node: String) {
        guard let owner else { return }
        reader.holdBack(
            owner == node
                ? nil : "its id belongs to the node '\(owner)': give this camera another id, or run vigilar-hub camera move")
    }

    /// How the node's `health` describes it.
    package var health: NodeHealth.Camera {
        let statistics = reader.statistics
        let counters = analysis.counters
        return NodeHealth.Camera(
            id: settings.id, online: statistics.isOnline, fps: statistics.frameRate, bitrate: statistics.bitRate,
            decodeShare: counters.frames > 0 ? Double(counters.decoded) / Double(counters.frames) : 0, gaps: statistics.interruptions)
    }
}
