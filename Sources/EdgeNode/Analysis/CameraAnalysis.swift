package import Base
package import Logging
package import Media
import MediaTypes
import ServiceLifecycle
private import Synchronization

/// Analyses one camera's packets on a thread of its own: the live twin of `AnalyzeCommand`, over the same pipeline.
///
/// Ends when the queue is closed and empty: closing it is what ends the service.
package final class CameraAnalysis: Service {
    private let camera: String
    private let queue: GroupQueue
    private let settings: AnalysisSettings
    private let metrics: Metrics
    private let logger: Logger
    private let episodes: BoundedFeed<MotionEpisodeChange>
    private let shots: BoundedFeed<SnapshotShot<HeldPicture>>?
    private let latest = Mutex(AnalysisCounters())

    /// - Parameters:
    ///   - queue: Closed by whoever ends the camera.
    ///   - episodes: Gets every step of a motion event, in order, and ends with the analysis.
    ///   - shots: Gets the pictures of motion events; nil where none are wanted.
    package init(
        camera: String, queue: GroupQueue, settings: AnalysisSettings, episodes: BoundedFeed<MotionEpisodeChange>,
        shots: BoundedFeed<SnapshotShot<HeldPicture>>? = nil, metrics: Metrics, logger: Logger
    ) {
        self.camera = camera
        self.queue = queue
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        self.episodes = episodes
        self.shots = shots
        metrics.declare("vigilar_analysis_failures_total", .counter, help: "Streams that could not be decoded, by camera.")
        metrics.declare("vigilar_analysis_lost_episodes_total", .counter, help: "Steps of motion events that found no room, by camera.")
    }

    /// What the analysis has done since the node started.
    package var counters: AnalysisCounters { latest.withLock { $0 } }

    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                NamedThread.start("see-\(camera)", stackSize: 2 << 20) {
                    self.analyse()
                    self.episodes.finish()
                    continuation.resume()
                }
            }
        } onCancelOrGracefulShutdown: {
            self.queue.close()
        }
    }

    private func analyse() {
        guard let first = queue.next() else { return }
        var pipeline = AnalysisPipeline(first.stream, settings: settings, pictures: shots != nil)
        var failing = false
        var item: QueuedPacket? = first
        var begun = false
        while let next = item {
            do throws(MediaError) {
                if next.followsGap, begun { try pipeline.restart(with: next.stream).forEach(tell) }
                begun = true
                try pipeline.accept(next.packet).forEach(tell)
                failing = false
            } catch {
                metrics.add("vigilar_analysis_failures_total", labels: [("camera", camera)])
                // One line for a stream that stays undecodable, not one for each packet.
                if !failing { logger.error("A stream cannot be analysed", metadata: ["camera": "\(camera)", "error": "\(error.message)"]) }
                failing = true
            }
            let counters = pipeline.counters
            latest.withLock { $0 = counters }
            item = queue.next()
        }
        // The node stops: what is going on ends with the last frame that was seen.
        if let last = try? pipeline.finish() { last.forEach(tell) }
    }

    private func tell(_ output: AnalysisOutput) {
        switch output {
        case .frame: break
        case .episode(let change):
            if !episodes.send(change) { metrics.add("vigilar_analysis_lost_episodes_total", labels: [("camera", camera)]) }
        case .shot(let shot):
            if shots?.send(shot) == false { metrics.add("vigilar_snapshot_dropped_total", labels: [("reason", "busy")]) }
        }
    }
}
