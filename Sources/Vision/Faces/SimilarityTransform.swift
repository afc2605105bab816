/// Turns, scales and moves points of a plane: (x, y) becomes (a·x − b·y + moveX, b·x + a·y + moveY).
package struct SimilarityTransform: Sendable, Hashable {
    package var a: Double
    package var b: Double
    package var moveX: Double
    package var moveY: Double

    package init(a: Double, b: Double, moveX: Double, moveY: Double) {
        self.a = a
        self.b = b
        self.moveX = moveX
        self.moveY = moveY
    }

    /// The one that brings points nearest to others, by the sum of squares (Umeyama 1991, in the plane and without mirroring).
    /// - Returns: Nil where the points are one, are not as many, or are no numbers.
    package init?(from source: [PicturePoint], to target: [PicturePoint]) {
        guard source.count == target.count, source.count > 1 else { return nil }
        func middle(_ points: [PicturePoint]) -> PicturePoint {
            let count = Double(points.count)
            return PicturePoint(x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
        }
        let (from, to) = (middle(source), middle(target))
        var (square, along, across) = (0.0, 0.0, 0.0)
        for (one, other) in zip(source, target) {
            let (x, y, u, v) = (one.x - from.x, one.y - from.y, other.x - to.x, other.y - to.y)
            square += x * x + y * y
            along += x * u + y * v
            across += x * v - y * u
        }
        guard square.isFinite, square > 0, along.isFinite, across.isFinite else { return nil }
        (a, b) = (along / square, across / square)
        moveX = to.x - a * from.x + b * from.y
        moveY = to.y - b * from.x - a * from.y
    }

    package func apply(_ point: PicturePoint) -> PicturePoint {
        PicturePoint(x: a * point.x - b * point.y + moveX, y: b * point.x + a * point.y + moveY)
    }

    /// Of lengths.
    package var scale: Double { (a * a + b * b).squareRoot() }

    /// Nil where it makes all points one.
    package var inverse: SimilarityTransform? {
        let square = a * a + b * b
        guard square > 1e-12, square.isFinite else { return nil }
        let (c, d) = (a / square, -b / square)
        return SimilarityTransform(a: c, b: d, moveX: -(c * moveX - d * moveY), moveY: -(d * moveX + c * moveY))
    }
}
