extension Box {
    /// The centre's position.
    package var centreX: Double { x + width / 2 }
    package var centreY: Double { y + height / 2 }

    /// Area that two boxes share.
    package func intersection(_ other: Box) -> Double {
        let across = min(maxX, other.maxX) - max(x, other.x)
        let down = min(maxY, other.maxY) - max(y, other.y)
        return across > 0 && down > 0 ? across * down : 0
    }

    /// Intersection over union, 0…1.
    package func overlap(_ other: Box) -> Double {
        let shared = intersection(other)
        let whole = area + other.area - shared
        return whole > 0 ? shared / whole : 0
    }

    /// Whether it ends at an edge of the picture, or beyond.
    package var touchesEdge: Bool { x < 0.01 || y < 0.01 || maxX > 0.99 || maxY > 0.99 }

    /// Grown on each side by a share of its own size.
    package func grown(by share: Double) -> Box {
        Box(x: x - share * width, y: y - share * height, width: width * (1 + 2 * share), height: height * (1 + 2 * share))
    }
}
