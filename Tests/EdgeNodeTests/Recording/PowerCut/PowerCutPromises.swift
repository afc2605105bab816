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
    /// The last picture that was handed in.
    var last: [String: Int] = [:]
    /// The first picture since the last start or break that a recording can begin with.
    private(set) var first: [String: Int] = [:]

    mutating func take(_ report: [Substring]) {
        let words = report.map(String.init)
        switch words.first {
        case "wanted":
            wanted[words[1]] = Int64(words[2]).map { Timestamp(microseconds: $0) }
            first[words[1]] = nil
        case "interrupted": first[words[1]] = nil
        case "took":
            guard let index = Int(words[2]), let camera = PowerCutCamera.all.first(where: { $0.id == words[1] }) else { return }
            last[camera.id] = index
            if first[camera.id] == nil, index % camera.group == 0 { first[camera.id] = index }
        case "durable":
            guard let id = EventID(words[2]), let end = Int64(words[3]) else { return }
            durable[words[1], default: [:]][id] = Timestamp(microseconds: end)
        case "closed": EventID(words[1]).map { _ = closed.insert($0) }
        case "removing": EventID(words[1]).map { _ = going.insert($0) }
        case "removed": EventID(words[1]).map { _ = gone.insert($0) }
        default: break
        }
    }

    /// The time of the last picture.
    var now: Timestamp {
        PowerCutCamera.all.compactMap { camera in last[camera.id].map { camera.time($0) } }.max() ?? PowerCutCamera.zero
    }
}
