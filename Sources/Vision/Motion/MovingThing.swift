import MediaTypes

/// One thing that stands out of the background, followed from frame to frame by where it is. May be seen in several parts.
struct MovingThing: Sendable {
    /// A region of one frame.
    struct Part: Sendable {
        var box: Box
        /// The region's number.
        var region: Int32
        /// Fraction of the frame.
        var area: Double
        /// Area × mean deviation in multiples of the threshold.
        var mass: Double
        /// All of it is darker than the background, as a shadow is.
        var isDark: Bool
        /// It has the minimum area; smaller ones, down to half of it, only carry a thing on and date its beginning.
        var isLarge: Bool
        /// Zones that it hits, as bits.
        var zones: UInt16
    }

    /// As seen in the frame of `last`.
    private(set) var parts: [Part]
    private(set) var first: MediaTime
    private(set) var last: MediaTime
    private(set) var sightings = 1
    /// Frames in which a part had the minimum area.
    private(set) var largeSightings: Int
    /// Since when nothing inside it changed; nil while it moves.
    var stillSince: MediaTime?
    var confirmed = false
    /// The largest mass of late, forgotten within `fadingConstant`.
    private var peakMass: Double
    /// Its boxes in the frame before `last`.
    private var formerBoxes: [Box] = []

    var boxes: [Box] { parts.map(\.box) }
    var area: Double { parts.reduce(0) { $0 + $1.area } }
    var mass: Double { parts.reduce(0) { $0 + $1.mass } }
    var zones: UInt16 { parts.reduce(0) { $0 | $1.zones } }

    /// Mean deviation in multiples of the threshold.
    var strength: Double { area > 0 ? mass / area : 0 }

    /// What is left at the picture's edge of something that has all but gone: the shadow behind it, its last corner.
    var isFading: Bool {
        mass < (parts.allSatisfy(\.isDark) ? 0.3 : 0.05) * peakMass
            && boxes.allSatisfy { $0.x < 0.02 || $0.y < 0.02 || $0.maxX > 0.98 || $0.maxY > 0.98 }
    }

    /// Seconds in which `peakMass` is forgotten.
    private static let fadingConstant = 4.0
    /// How far from its last place it is looked for, as a fraction of the frame.
    private static let reach = 0.03

    init(_ part: Part, at time: MediaTime) {
        parts = [part]
        first = time
        last = time
        largeSightings = part.isLarge ? 1 : 0
        peakMass = part.mass
    }

    /// Whether a box in the frame at `time` can be a part of it.
    func reaches(_ box: Box, at time: MediaTime) -> Bool {
        (last == time ? formerBoxes : boxes).contains { $0.touches(box, margin: Self.reach) }
    }

    /// Takes a part seen in the frame at `time`.
    mutating func take(_ part: Part, at time: MediaTime) {
        if last == time {
            if part.isLarge, !parts.contains(where: \.isLarge) { largeSightings += 1 }
            parts.append(part)
        } else {
            peakMass *= max(0, 1 - time.seconds(since: last) / Self.fadingConstant)
            formerBoxes = boxes
            parts = [part]
            last = time
            sightings += 1
            if part.isLarge { largeSightings += 1 }
        }
        peakMass = max(peakMass, mass)
    }
}
