import Base
import MediaTypes
import Protocol
import Sight
import Vision

/// Writes what the pipeline says as lines: JSON for programs, or text for people.
struct AnalysisReport: Sendable {
    var json: Bool
    private(set) var events = 0
    /// The first frame's time: lines count seconds from it.
    private var zero: MediaTime?

    init(json: Bool) { self.json = json }

    mutating func begin(at time: MediaTime) {
        if zero == nil { zero = time }
    }

    /// The lines of one output; none for what only the other form shows.
    /// - Parameter sight: What is followed, and which motion events it explains: those are not told once more.
    mutating func lines(of output: AnalysisOutput, seen sight: CameraSight) -> [String] {
        switch output {
        case .frame(let frame):
            return json ? [jsonLine(of: frame, sight)] : []
        case .episode(let change):
            guard change.phase == .ended, !sight.explains(change) else { return [] }
            events += 1
            return [json ? jsonLine(of: change) : textLine(of: change)]
        case .look, .shot: return []
        }
    }

    /// The lines of steps of objects' events: their ends.
    mutating func lines(of changes: [ObjectChange]) -> [String] {
        let ended = changes.filter { $0.phase == .ended }
        events += ended.count
        return ended.map { json ? jsonLine(of: $0) : textLine(of: $0) }
    }

    private func seconds(_ time: MediaTime) -> Double { time.seconds(since: zero ?? time) }

    private func jsonLine(of frame: FrameAnalysis, _ sight: CameraSight) -> String {
        let boxes = frame.observation.boxes.map(Self.text).joined(separator: ",")
        let objects = sight.objects.filter { frame.time.seconds(since: $0.last) < LookPacer.idle }.map { track in
            "{\"label\":\(Self.quoted(track.label)),\"score\":\(Self.fixed(track.latestScore, 3)),\"box\":\(Self.text(track.box(at: frame.time))),"
                + "\"track\":\(track.number)}"
        }.joined(separator: ",")
        return "{\"frame\":\(frame.index),\"t\":\(Self.fixed(seconds(frame.time), 4)),\"motion\":\(frame.observation.motion),"
            + "\"score\":\(Self.fixed(frame.observation.score, 3)),\"boxes\":[\(boxes)],\"objects\":[\(objects)]}"
    }

    private func jsonLine(of change: MotionEpisodeChange) -> String {
        let box = change.box.map { "\"box\":\(Self.text($0))," } ?? ""
        let zones = change.zones.map(Self.quoted).joined(separator: ",")
        let reasons = change.reasons.map(Self.quoted).joined(separator: ",")
        return "{\"event\":{\"type\":\"motion\",\"start_s\":\(Self.fixed(seconds(change.start), 4)),"
            + "\"end_s\":\(Self.fixed(seconds(change.end), 4)),"
            + "\"ts\":\"\(change.startTimestamp.rfc3339)\",\"end_ts\":\"\(change.endTimestamp.rfc3339)\","
            + "\"payload\":{\"score\":\(Self.fixed(change.peakScore, 3)),\"zones\":[\(zones)],\(box)"
            + "\"why\":{\"trigger\":\"motion\",\"area\":\(Self.fixed(change.area, 4)),\"gate\":\"\(change.trigger.rawValue)\","
            + "\"gate_delay_s\":\(Self.fixed(change.gateDelay, 3)),\"reasons\":[\(reasons)]}}}}"
    }

    private func jsonLine(of change: ObjectChange) -> String {
        let zones = change.zones.map(Self.quoted).joined(separator: ",")
        return "{\"event\":{\"type\":\"\(change.type)\",\"start_s\":\(Self.fixed(seconds(change.start), 4)),"
            + "\"end_s\":\(Self.fixed(seconds(change.end), 4)),"
            + "\"ts\":\"\(change.startTimestamp.rfc3339)\",\"end_ts\":\"\(change.endTimestamp.rfc3339)\","
            + "\"payload\":{\"score\":\(Self.fixed(change.score, 3)),\"zones\":[\(zones)],\"box\":\(Self.text(change.box)),"
            + "\"objects\":[{\"label\":\(Self.quoted(change.label)),\"score\":\(Self.fixed(change.score, 3)),\"track\":\(change.track)}],"
            + "\"why\":{\"trigger\":\"\(change.explainsMotion ? "motion+" : "")\(change.type)\",\"sightings\":\(change.sightings),\"close_ups\":\(change.closeUps)}}}}"
    }

    private func textLine(of change: ObjectChange) -> String {
        let zones = change.zones.isEmpty ? "" : " in " + change.zones.joined(separator: ", ")
        let species = change.species.map { $0.level == .animal ? "" : " (\($0.name) \(Self.fixed($0.score, 2)))" } ?? ""
        return "\(change.label)\(species) \(Self.fixed(seconds(change.start), 2)) s – \(Self.fixed(seconds(change.end), 2)) s\(zones), "
            + "score \(Self.fixed(change.score, 2)), seen \(change.sightings) times"
            + (change.closeUps > 0 ? ", \(change.closeUps) close-ups" : "")
    }

    private func textLine(of change: MotionEpisodeChange) -> String {
        let zones = change.zones.isEmpty ? "" : " in " + change.zones.joined(separator: ", ")
        return "motion \(Self.fixed(seconds(change.start), 2)) s – \(Self.fixed(seconds(change.end), 2)) s\(zones), "
            + "score \(Self.fixed(change.peakScore, 2)): \(change.reasons.joined(separator: "; "))"
    }

    /// The last line.
    func summary(_ counters: AnalysisCounters, videoSeconds: Double, cost: AnalyzeCost) -> String {
        let looking = cost.looking
        let stages = [
            ("demux", cost.demux), ("decode", counters.decodeSeconds), ("reduce", counters.reduceSeconds),
            ("motion", counters.motionSeconds), ("total", cost.total + looking.preparing + looking.inference + looking.decoding),
            ("prepare", looking.preparing), ("inference", looking.inference), ("boxes", looking.decoding),
        ]
        if json {
            let cpu = stages.map { "\"\($0.0)\":\(Self.fixed($0.1, 4))" }.joined(separator: ",")
            return "{\"summary\":{\"frames\":\(counters.frames),\"decoded\":\(counters.decoded),\"rejected\":\(counters.rejected),"
                + "\"video_s\":\(Self.fixed(videoSeconds, 3)),\"cpu_s\":{\(cpu)},\"events\":\(events),\"looks\":\(looking.parts),"
                + "\"wakes\":{\"keyframe\":\(counters.wakesByKeyframe),\"packet-size\":\(counters.wakesByPacketSize),"
                + "\"memory\":\(counters.wakesByMemory)}}}"
        }
        let cpu = stages.map { "\($0.0) \(Self.fixed($0.1, 2))" }.joined(separator: ", ")
        return "\(events) events in \(Self.fixed(videoSeconds, 1)) s of video; \(counters.decoded) of \(counters.frames) frames decoded, "
            + "\(looking.parts) parts looked at; CPU seconds: \(cpu)"
    }

    private static func text(_ box: Box) -> String {
        "[\(fixed(box.x, 4)),\(fixed(box.y, 4)),\(fixed(box.width, 4)),\(fixed(box.height, 4))]"
    }

    static func quoted(_ text: String) -> String {
        var out: [UInt8] = []
        JSONText.append(text, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// A number with so many decimals; JSON has no infinity, so what is not finite becomes 0.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let whole = Int64((abs(value) * Double(scale)).rounded())
        let fraction = String(whole % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(value < 0 && whole > 0 ? "-" : "")\(whole / scale).\(zeros)\(fraction)"
    }
}
