/// Learns how large a camera's packets are while nothing moves, and whether movement shows in them.
///
/// Sizes are compared on a logarithmic scale with what the same place in a group of pictures had before: rate control makes packets
/// grow or shrink with the distance from the keyframe. Four packets in a row are judged together, by the sum of their deviations. The
/// alarm level follows the highest sums of the last quiet groups (upper quartile plus twice its distance from the median: a
/// few in a hundred are above it, and a few odd groups do not move it). The model is
/// *proven* when movement that the pictures showed was also above that level each time.
package struct PacketSizeModel: Sendable {
    private struct Place: Sendable {
        var mean: Float
        var deviation: Float
        var count: Int32
    }

    private var places: [Place] = []
    /// Log sizes of the present group, in order, and their deviations in units of the place's own.
    private var sizes: [Float] = []
    private var deviations: [Float] = []
    private var highest: Float = 0
    /// Highest sums of the last quiet groups, oldest first.
    private var quietPeaks: [Float] = []
    /// Whether the last beginnings of movement were above the alarm level, oldest first.
    private var beginnings: [Bool] = []
    private var groups = 0
    /// Quiet groups in a row whose sizes were far from what was learned.
    private var strangeGroups = 0

    static let window = 4
    private static let rememberedGroups = 48
    private static let rememberedBeginnings = 12
    private static let largestGroup = 1024
    private static let leastAlarm: Float = 4

    package init() {}

    /// The sum of deviations above which packets are out of the ordinary; nil while too little is known.
    package var alarmLevel: Double? {
        guard quietPeaks.count >= 4 else { return nil }
        let sorted = quietPeaks.sorted()
        let median = sorted[sorted.count / 2]
        let quartile = sorted[(sorted.count * 3 - 1) / 4]
        return Double(max(Self.leastAlarm, quartile + 2 * (quartile - median)))
    }

    /// By how many bytes a packet must exceed the ordinary, four times in a row, to be above the alarm level; nil while too little is
    /// known.
    package var alarmBytes: Double? {
        guard let alarmLevel, !places.isEmpty else { return nil }
        let bytes = places.map { place in
            let excess = Float(alarmLevel) / 2 * Self.unit(of: place)
            return Double(Self.power(place.mean + excess) - Self.power(place.mean))
        }.sorted()
        return bytes[(bytes.count - 1) * 3 / 4]
    }

    /// Movement has shown in the packet sizes each of the last times, and there were at least three.
    package var isProven: Bool {
        alarmLevel != nil && beginnings.count >= 3 && !beginnings.contains(false)
    }

    /// Takes the size of the next packet that is no keyframe.
    /// - Returns: Whether it and those before it are out of the ordinary.
    package mutating func take(size: Int) -> Bool {
        guard sizes.count < Self.largestGroup else { return false }
        let place = sizes.count
        let value = Self.logarithm(size)
        sizes.append(value)
        guard place < places.count, places[place].count >= 3 else {
            deviations.append(0)
            return false
        }
        deviations.append((value - places[place].mean) / Self.unit(of: places[place]))
        let recent = deviations.suffix(Self.window)
        let sum = recent.reduce(0, +) / 2
        highest = max(highest, sum)
        return alarmLevel.map { Double(sum) > $0 } ?? false
    }

    /// The highest sum of deviations in the present group.
    package var highestSum: Double { Double(highest) }

    /// A group ended. Only quiet ones teach what is ordinary.
    package mutating func endGroup(quiet: Bool) {
        defer {
            sizes.removeAll(keepingCapacity: true)
            deviations.removeAll(keepingCapacity: true)
            highest = 0
        }
        guard quiet, !sizes.isEmpty else { return }
        groups += 1
        // Encoders settle in their first groups.
        guard groups > 2 else { return }
        startOverIfStrange()
        if groups > 5 {
            quietPeaks.append(highest)
            if quietPeaks.count > Self.rememberedGroups { quietPeaks.removeFirst() }
        }
        for (index, value) in sizes.enumerated() {
            if index == places.count {
                places.append(Place(mean: value, deviation: 0.3, count: 1))
                continue
            }
            places[index].count = min(places[index].count + 1, 1000)
            let rate = max(1 / Float(places[index].count), 0.1)
            let difference = min(max(value - places[index].mean, -1), 1)
            places[index].mean += rate * difference
            places[index].deviation += rate * (abs(difference) - places[index].deviation)
        }
    }

    /// The second quiet group in a row that is nearly half or twice the ordinary size means that the camera encodes differently from now
    /// on, at night or after a change of its settings: what was learned is of no use.
    private mutating func startOverIfStrange() {
        let differences = zip(sizes, places).map { $0 - $1.mean }.sorted()
        guard !differences.isEmpty, abs(differences[differences.count / 2]) > 0.8 else {
            strangeGroups = 0
            return
        }
        strangeGroups += 1
        guard strangeGroups >= 2 else { return }
        strangeGroups = 0
        places.removeAll(keepingCapacity: true)
        quietPeaks.removeAll(keepingCapacity: true)
        groups = 3
    }

    /// Movement began in the present group, or in the one before it.
    /// - Parameter shown: Whether the packets had been above the alarm level by then.
    package mutating func noteBeginning(shown: Bool) {
        guard alarmLevel != nil else { return }
        beginnings.append(shown)
        if beginnings.count > Self.rememberedBeginnings { beginnings.removeFirst() }
    }

    /// The standard deviation at a place, estimated from the mean absolute one; never below 5 % of the size.
    private static func unit(of place: Place) -> Float { max(place.deviation * 1.25, 0.08) }

    /// The inverse of `logarithm`, without its offset.
    private static func power(_ value: Float) -> Float {
        let whole = value.rounded(.down)
        return Float(sign: .plus, exponent: Int(min(max(whole, 0), 31)), significand: 1 + value - whole)
    }

    /// Binary logarithm of a size, to within 0.09, without the mathematical library.
    private static func logarithm(_ size: Int) -> Float {
        let value = Float(min(max(size, 0), 1 << 30) + 24)
        return Float(value.exponent) + value.significand - 1
    }
}
