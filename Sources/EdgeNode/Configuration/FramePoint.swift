/// A place in a frame, in fractions of its width and height from the upper left corner.
package struct FramePoint: Sendable, Equatable {
    package let x: Double
    package let y: Double

    package init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}
