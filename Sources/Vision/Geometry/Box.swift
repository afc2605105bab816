/// An axis-parallel rectangle in fractions of the frame: 0…1 from the left and from the top.
package struct Box: Sendable, Hashable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var area: Double { width * height }
    package var maxX: Double { x + width }
    package var maxY: Double { y + height }

    /// The smallest box around both.
    package func union(_ other: Box) -> Box {
        let left = min(x, other.x)
        let top = min(y, other.y)
        return Box(x: left, y: top, width: max(maxX, other.maxX) - left, height: max(maxY, other.maxY) - top)
    }

    /// Whether the two share any point once this one is grown by `margin` on each side.
    package func touches(_ other: Box, margin: Double = 0) -> Bool {
        x - margin <= other.maxX && other.x <= maxX + margin && y - margin <= other.maxY && other.y <= maxY + margin
    }
}
