import Base
import Protocol

/// What the recorder has said up to some place of a log.
struct PowerCutPromises {
    /// Of each camera, up to when each of its segments counts.
    var durable: [String: [EventID: Timestamp]] = [:]
    var closed: Set<EventID> = []
    /// Removed, or going.
    var going: Set<EventID> = []
    var gone: Set<EventID> = []
    var wanted: [String: Timestamp] = [:]
    /// Pictures that were handed in since the last start or break, from the first keyframe on: those before it can be recorded by nobody.
    private(set) var taken: [String: [Int]] = [:]
    /// When the last picture was handed in.
    private(set) var now = PowerCutCamera.zero

    mutating func take(_ report: [Substring]) {
        let words = report.map(String.init)
        switch words.first {
        case "wanted":
            wanted[words[1]] = Int64(words[2]).map { Timestamp(microseconds: $0) }
            taken[words[1]] = nil
        case "interrupted": taken[words[1]] = nil
        case "took":
            guard let index = Int(words[2]), let camera = PowerCutCamera.all.first(where: { $0.id == words[1] }) else { return }
            now = max(now, camera.time(index))
            if taken[camera.id] != nil || index % camera.group == 0 { taken[camera.id, default: []].append(index) }
        case "durable":
            guard let id = EventID(words[2]), let end = Int64(words[3]) else { return }
            durable[words[1], default: [:]][id] = Timestamp(microseconds: end)
        case "closed": EventID(words[1]).map { _ = closed.insert($0) }
        case "removing": EventID(words[1]).map { _ = going.insert($0) }
        case "removed": EventID(words[1]).map { _ = gone.insert($0) }
        default: break
        }
    }
}
