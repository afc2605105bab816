import MediaTypes
import Vision

/// Whether a thing is in a zone, and since when: it comes and goes with some looks in a row, so that a box that jitters over an edge does neither.
struct ZonePresence: Sendable {
    private var inside = 0
    private var outside = 0
    /// When it came; nil while it is not in the zone.
    private var since: MediaTime?

    /// Takes what a look shows.
    /// - Parameter inertia: Looks in a row that it takes to come or to go.
    /// - Returns: Seconds for which it has been in the zone; nil where the look shows it beside the zone, or it is not in it yet.
    mutating func note(_ isInside: Bool, at time: MediaTime, inertia: Int) -> Double? {
        inside = isInside ? inside + 1 : 0
        outside = isInside ? 0 : outside + 1
        if outside >= inertia { since = nil }
        guard inside >= inertia else { return nil }
        let start = since ?? time
        since = start
        return time.seconds(since: start)
    }
}
