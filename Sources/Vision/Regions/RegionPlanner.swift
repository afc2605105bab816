/// Decides which parts of a picture a detector looks at: around what moves and what is followed, near to squares, since that is what detectors
/// were made for, and not smaller than a detector's input needs. A thing that is small in the picture is large in its part.
package struct RegionPlanner: Sendable {
    /// Of the side of a part to that of what it is around: a detector wants to see what is beside a thing.
    private static let margin = 1.6
    /// Pixels of a part's side, at least: smaller ones show no more in a detector's input.
    private static let shortest = 320
    /// Two parts become one where that is not larger than both by more.
    private static let waste = 1.1

    /// Parts, at most.
    package var limit: Int

    package init(limit: Int = 3) { self.limit = limit }

    /// - Parameters:
    ///   - places: What to look at, the most urgent first, in fractions of the picture.
    ///   - width: Of the picture, in pixels.
    ///   - height: Of the picture, in pixels.
    /// - Returns: Parts within the picture, the most urgent first. All of it where so much of it is asked for that parts save nothing.
    package func plan(_ places: [Box], width: Int, height: Int) -> [PixelRectangle] {
        guard width > 0, height > 0 else { return [] }
        var parts: [PixelRectangle] = []
        for place in places.prefix(64) {
            guard let visible = place.clipped else { continue }
            merge(Self.square(around: visible, width: width, height: height), into: &parts)
        }
        let whole = PixelRectangle(x: 0, y: 0, width: width, height: height)
        let area = parts.reduce(0) { $0 + $1.width * $1.height }
        if parts.count > 1, area >= width * height { return [whole] }
        // Of what is left over, the whole picture shows at least what is large.
        if parts.count > limit { return parts.prefix(limit - 1) + [whole] }
        return parts
    }

    private func merge(_ part: PixelRectangle, into parts: inout [PixelRectangle]) {
        var part = part
        var place: Int?
        while let other = parts.firstIndex(where: { Self.saves(part, $0) }) {
            part = Self.union(part, parts.remove(at: other))
            place = min(place ?? other, other)
        }
        parts.insert(part, at: place ?? parts.count)
    }

    private static func saves(_ one: PixelRectangle, _ other: PixelRectangle) -> Bool {
        let both = union(one, other)
        let area = Double(one.width * one.height + other.width * other.height)
        return Double(both.width * both.height) <= waste * area && max(both.width, both.height) <= 2 * min(both.width, both.height)
    }

    private static func union(_ one: PixelRectangle, _ other: PixelRectangle) -> PixelRectangle {
        let (left, top) = (min(one.x, other.x), min(one.y, other.y))
        return PixelRectangle(
            x: left, y: top, width: max(one.x + one.width, other.x + other.width) - left,
            height: max(one.y + one.height, other.y + other.height) - top)
    }

    private static func square(around box: Box, width: Int, height: Int) -> PixelRectangle {
        let longest = max(box.width * Double(width), box.height * Double(height))
        let side = max(shortest, Int((longest * margin).rounded(.up)))
        let (across, down) = (min(side, width), min(side, height))
        func start(_ centre: Double, _ length: Int, _ whole: Int) -> Int {
            min(max(Int((centre * Double(whole)).rounded()) - length / 2, 0), whole - length)
        }
        return PixelRectangle(x: start(box.centreX, across, width), y: start(box.centreY, down, height), width: across, height: down)
    }
}
