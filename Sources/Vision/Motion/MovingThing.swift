import MediaTypes

/// One thing that stands out of the background, followed from frame to frame by where it is.
struct MovingThing: Sendable {
    var box: Box
    var area: Double
    var strength: Double
    var zones: UInt16
    var first: MediaTime
    var last: MediaTime
    var sightings: Int
    /// Since when nothing inside it changed; nil while it moves.
    var stillSince: MediaTime?
    var confirmed: Bool
    /// The largest mass (area × strength) of late, fading with `fadingConstant`.
    var peakMass: Double

    var mass: Double { area * strength }

    /// What is left of something that has all but gone: its shadow, its last corner at the picture's edge.
    var isFading: Bool { mass < 0.05 * peakMass }

    /// Seconds in which `peakMass` halves.
    static let fadingConstant = 2.0

    mutating func notePeak(after seconds: Double) {
        peakMass = max(mass, peakMass * max(0, 1 - seconds / (2 * Self.fadingConstant)))
    }
}
