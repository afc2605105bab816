package import Media
import MediaTypes
import Sight

/// `vigilar-edge analyze`: a file or stream through the node's own pipeline, as fast as it goes, on the clip's own clock.
package struct AnalyzeCommand: Sendable {
    package var source: MediaSource
    package var settings: AnalysisSettings
    /// Looks at what moves; nil where only motion is wanted.
    package var perception: Perception?
    /// Whether faces are read. Nothing of them is kept.
    package var faces: Bool
    /// What is looked for.
    package var objects: CameraObjects
    /// JSON lines, one a frame, instead of text.
    package var json: Bool

    package init(
        source: MediaSource, settings: AnalysisSettings = AnalysisSettings(), perception: Perception? = nil, faces: Bool = true,
        objects: CameraObjects = CameraObjects(), json: Bool = false
    ) {
        self.source = source
        self.settings = settings
        self.perception = perception
        self.faces = faces
        self.objects = objects
        self.json = json
    }

    /// Runs to the end of the source, or until `stop`. Reading blocks the thread that it is on.
    /// - Parameter write: Gets each line, without its end.
    /// - Throws: `MediaError` where the source cannot be opened or read, or its codec not be decoded; what the detector says.
    package func run(stop: StopFlag = StopFlag(), write: (String) -> Void) async throws {
        let begun = ThreadCPUClock.seconds
        var demuxer = try Demuxer(source, stop: stop)
        var generation = demuxer.stream.generation
        var pipeline = AnalysisPipeline(demuxer.stream, settings: settings, looks: perception != nil)
        var sight = CameraSight(settings: SightSettings(settings.motion, pictures: true, faces: faces, objects: objects))
        var report = AnalysisReport(json: json)
        var first: MediaTime?
        var latest: MediaTime?
        var cost = AnalyzeCost()
        cost.demux = ThreadCPUClock.seconds - begun
        cost.total = cost.demux
        while true {
            // Each stretch by itself: what comes after a look may be on another thread.
            let before = ThreadCPUClock.seconds
            guard let packet = try demuxer.next() else { break }
            cost.demux += ThreadCPUClock.seconds - before
            first = min(first ?? packet.presentationTime, packet.presentationTime)
            latest = max(latest ?? packet.presentationTime, packet.presentationTime)
            report.begin(at: packet.presentationTime)
            var last: [AnalysisOutput]?
            if packet.generation != generation {
                generation = packet.generation
                last = try pipeline.restart(with: demuxer.stream)
            }
            let outputs = try pipeline.accept(packet)
            cost.total += ThreadCPUClock.seconds - before
            if let last {
                for output in last { try await take(output, &sight, &report, &cost, write) }
                report.lines(of: sight.finish().changes).forEach(write)
            }
            for output in outputs { try await take(output, &sight, &report, &cost, write) }
            pipeline.isFollowing = sight.isFollowing(at: latest ?? packet.presentationTime)
        }
        let before = ThreadCPUClock.seconds
        let outputs = try pipeline.finish()
        cost.total += ThreadCPUClock.seconds - before
        for output in outputs { try await take(output, &sight, &report, &cost, write) }
        report.lines(of: sight.finish().changes).forEach(write)
        var videoSeconds = 0.0
        if let first, let latest, pipeline.counters.frames > 1 {
            let span = Double(latest.nanoseconds - first.nanoseconds) / 1e9
            videoSeconds = span * Double(pipeline.counters.frames) / Double(pipeline.counters.frames - 1)
        }
        write(report.summary(pipeline.counters, videoSeconds: videoSeconds, cost: cost))
    }

    private func take(
        _ output: AnalysisOutput, _ sight: inout CameraSight, _ report: inout AnalysisReport, _ cost: inout AnalyzeCost,
        _ write: (String) -> Void
    ) async throws {
        guard case .look(let look) = output else { return report.lines(of: output, seen: sight).forEach(write) }
        do throws(LookFailure) {
            guard let perception, let found = try await perception.look(at: look, with: &sight) else { return }
            cost.looking += found.cost
            report.lines(of: found.outcome.changes).forEach(write)
        } catch { throw error.error }
    }
}
