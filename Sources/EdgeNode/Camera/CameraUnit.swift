package import Base
package import Logging
package import Protocol

/// One camera of a node: its reader, the queue behind it, and the analysis of what comes out.
package struct CameraUnit: Sendable {
    package let settings: CameraSettings
    package let reader: CameraService
    package let analysis: CameraAnalysis
    /// Steps of motion events, for one reader; ends with the analysis.
    package let episodes = BoundedFeed<MotionEpisodeChange>(bound: 4096)

    package init(_ settings: CameraSettings, metrics: Metrics, clock: any WallClock, logger: Logger) {
        self.settings = settings
        let queue = GroupQueue()
        reader = CameraService(
            CameraConfiguration(id: settings.id, source: settings.source), consumers: [queue], clock: clock, logger: logger)
        analysis = CameraAnalysis(
            camera: settings.id, queue: queue, settings: AnalysisSettings(settings.motion), episodes: episodes, metrics: metrics,
            logger: logger)
    }

    /// How the node's `state` names it.
    package var announcement: NodeCamera {
        NodeCamera(id: settings.id, name: settings.name, online: reader.statistics.isOnline)
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
