/// Learns how large a camera's packets are while nothing moves, and whether movement shows in them.
///
/// Sizes are compared on a logarithmic scale with what the same place in a group of pictures had before: rate control makes packets
/// grow or shrink with the distance from the keyframe. Four packets in a row are judged together, by the sum of their deviations. The
/// alarm level follows the highest sums of the last quiet groups, so that a noisy camera seldom wakes for nothing. The model is
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
        return Double(max(Self.leastAlarm, sorted[(sorted.count - 1) * 19 / 20] * 1.1))
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
        deviations.append((value - places[place].mean) / max(places[place].deviation * 1.25, 0.08))
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
        if groups > 3 {
            quietPeaks.append(highest)
            if quietPeaks.count > Self.rememberedGroups { quietPeaks.removeFirst() }
        }
        for (index, value) in sizes.enumerated() {
            if index == places.count {
                places.append(Place(mean: value, deviation: 0.5, count: 1))
                continue
            }
            places[index].count = min(places[index].count + 1, 1000)
            let rate = max(1 / Float(places[index].count), 0.06)
            let difference = value - places[index].mean
            places[index].mean += rate * difference
            places[index].deviation += rate * (abs(difference) - places[index].deviation)
        }
    }

    /// Movement began in the present group, or in the one before it.
    /// - Parameter shown: Whether the packets had been above the alarm level by then.
    package mutating func noteBeginning(shown: Bool) {
        guard alarmLevel != nil else { return }
        beginnings.append(shown)
        if beginnings.count > Self.rememberedBeginnings { beginnings.removeFirst() }
    }

    /// Binary logarithm of a size, to within 0.09, without the mathematical library.
    private static func logarithm(_ size: Int) -> Float {
        let value = Float(min(max(size, 0), 1 << 30) + 24)
        return Float(value.exponent) + value.significand - 1
    }
}
