import MediaTypes

/// One thing that stands out of the background, followed from frame to frame by where it is. May be seen in several parts.
struct MovingThing: Sendable {
    /// Its parts in the frame of `last`, and the numbers of the regions that they are.
    var boxes: [Box]
    var regions: [Int32]
    /// Fraction of the frame.
    var area: Double
    /// Sum over the parts of area × mean deviation in multiples of the threshold.
    var mass: Double
    var zones: UInt16
    var first: MediaTime
    var last: MediaTime
    var sightings = 1
    /// Since when nothing inside it changed; nil while it moves.
    var stillSince: MediaTime?
    var confirmed = false
    /// The largest mass of late, fading with `fadingConstant`.
    private var peakMass: Double
    /// Its parts in the frame before `last`: where to look for it.
    private var formerBoxes: [Box]

    /// Mean deviation in multiples of the threshold.
    var strength: Double { area > 0 ? mass / area : 0 }

    /// What is left at the picture's edge of something that has all but gone: its shadow, its last corner.
    var isFading: Bool {
        mass < 0.3 * peakMass && boxes.allSatisfy { $0.x < 0.02 || $0.y < 0.02 || $0.maxX > 0.98 || $0.maxY > 0.98 }
    }

    /// Seconds in which `peakMass` is forgotten.
    private static let fadingConstant = 4.0
    /// How far from its last place it is looked for, as a fraction of the frame.
    private static let reach = 0.03

    init(_ box: Box, region: Int32, area: Double, mass: Double, zones: UInt16, at time: MediaTime) {
        boxes = [box]
        regions = [region]
        self.area = area
        self.mass = mass
        self.zones = zones
        first = time
        last = time
        peakMass = mass
        formerBoxes = []
    }

    /// Whether a box in the frame at `time` can be a part of it.
    func reaches(_ box: Box, at time: MediaTime) -> Bool {
        (last == time ? formerBoxes : boxes).contains { $0.touches(box, margin: Self.reach) }
    }

    /// Takes a part seen in the frame at `time`.
    mutating func take(_ box: Box, region: Int32, area: Double, mass: Double, zones: UInt16, at time: MediaTime) {
        if last == time {
            boxes.append(box)
            regions.append(region)
            self.area += area
            self.mass += mass
            self.zones |= zones
        } else {
            peakMass *= max(0, 1 - time.seconds(since: last) / Self.fadingConstant)
            formerBoxes = boxes
            boxes = [box]
            regions = [region]
            self.area = area
            self.mass = mass
            self.zones = zones
            last = time
            sightings += 1
        }
        peakMass = max(peakMass, self.mass)
    }
}
