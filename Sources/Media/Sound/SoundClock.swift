/// Puts sound on the clock of the pictures.
///
/// Both come with times of the source, which say best what belongs together. A camera whose two clocks have nothing to do with each other is
/// not believed: sound that would be heard by more than `bound` after it arrived, or for `patience` seconds without a break by more than
/// `bound` before, goes by its arrival until the source's times are plausible again. What was read late, since opening the source took its time, is late only for a moment.
struct SoundClock: Sendable {
    /// Seconds.
    static let bound = 1.5
    static let patience = 5.0

    /// Seconds that the source's own times are off.
    private var correction = 0.0
    private var lateSince: Double?

    /// - Parameters:
    ///   - source: Seconds as the source says, on the pictures' clock; nil where it does not.
    ///   - arrival: Seconds at which it came, on the pictures' clock; nil where that says nothing.
    /// - Returns: Seconds on the pictures' clock; nil where neither is known.
    mutating func time(source: Double?, arrival: Double?) -> Double? {
        guard let source else { return arrival }
        guard let arrival else { return source }
        if abs(arrival - source) <= Self.bound / 2 { correction = 0 }
        let delay = arrival - source - correction
        if delay <= Self.bound { lateSince = nil }
        if delay < -Self.bound {
            correct(source, arrival)
        } else if delay > Self.bound {
            let since = lateSince ?? arrival
            lateSince = since
            if arrival - since > Self.patience { correct(source, arrival) }
        }
        return source + correction
    }

    private mutating func correct(_ source: Double, _ arrival: Double) {
        correction = arrival - source
        lateSince = nil
    }
}
