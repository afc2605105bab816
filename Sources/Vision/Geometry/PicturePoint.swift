/// A point in fractions of the frame: 0…1 from the left and from the top.
package struct PicturePoint: Sendable, Hashable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}
