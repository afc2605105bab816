package import Media
import MediaTypes

/// `vigilar-edge analyze`: a file or stream through the node's own pipeline, as fast as it goes, on the clip's own clock.
package struct AnalyzeCommand: Sendable {
    package var source: MediaSource
    package var settings: AnalysisSettings
    /// JSON lines, one a frame, instead of text.
    package var json: Bool

    package init(source: MediaSource, settings: AnalysisSettings = AnalysisSettings(), json: Bool = false) {
        self.source = source
        self.settings = settings
        self.json = json
    }

    /// Runs to the end of the source, or until `stop`; blocks its thread.
    /// - Parameter write: Gets each line, without its end.
    /// - Throws: `MediaError` where the source cannot be opened or read, or its codec not be decoded.
    package func run(stop: StopFlag = StopFlag(), write: (String) -> Void) throws(MediaError) {
        let begun = ThreadCPUClock.seconds
        var demuxSeconds = 0.0
        var demuxer = try Demuxer(source, stop: stop)
        var generation = demuxer.stream.generation
        var pipeline = AnalysisPipeline(demuxer.stream, settings: settings)
        var report = AnalysisReport(json: json)
        var first: MediaTime?
        var last: MediaTime?
        demuxSeconds += ThreadCPUClock.seconds - begun
        while true {
            let before = ThreadCPUClock.seconds
            guard let packet = try demuxer.next() else { break }
            demuxSeconds += ThreadCPUClock.seconds - before
            first = min(first ?? packet.presentationTime, packet.presentationTime)
            last = max(last ?? packet.presentationTime, packet.presentationTime)
            report.begin(at: packet.presentationTime)
            if packet.generation != generation {
                generation = packet.generation
                for output in try pipeline.restart(with: demuxer.stream) { report.lines(of: output).forEach(write) }
            }
            for output in try pipeline.accept(packet) { report.lines(of: output).forEach(write) }
        }
        for output in try pipeline.finish() { report.lines(of: output).forEach(write) }
        var videoSeconds = 0.0
        if let first, let last, pipeline.counters.frames > 1 {
            let span = Double(last.nanoseconds - first.nanoseconds) / 1e9
            videoSeconds = span * Double(pipeline.counters.frames) / Double(pipeline.counters.frames - 1)
        }
        write(
            report.summary(
                pipeline.counters, videoSeconds: videoSeconds, demuxSeconds: demuxSeconds, totalSeconds: ThreadCPUClock.seconds - begun))
    }
}
