/// Where in a picture a model's input came from, to bring boxes back.
package struct InputPlacement: Sendable, Hashable {
    /// Of the whole picture, in pixels.
    package var pictureWidth: Double
    package var pictureHeight: Double
    /// The part that was taken, in pixels of the picture.
    package var part: PixelRectangle
    /// Pixels of the input for each pixel of the picture.
    package var scaleX: Double
    package var scaleY: Double
    /// Where the part's upper left corner lies in the input, in its pixels.
    package var offsetX: Double
    package var offsetY: Double

    package init(
        pictureWidth: Double, pictureHeight: Double, part: PixelRectangle, scaleX: Double, scaleY: Double, offsetX: Double = 0,
        offsetY: Double = 0
    ) {
        self.pictureWidth = pictureWidth
        self.pictureHeight = pictureHeight
        self.part = part
        self.scaleX = scaleX
        self.scaleY = scaleY
        self.offsetX = offsetX
        self.offsetY = offsetY
    }

    /// A box in pixels of the input, in fractions of the whole picture.
    package func box(left: Double, top: Double, right: Double, bottom: Double) -> Box {
        let x = ((left - offsetX) / scaleX + Double(part.x)) / pictureWidth
        let y = ((top - offsetY) / scaleY + Double(part.y)) / pictureHeight
        return Box(x: x, y: y, width: (right - left) / scaleX / pictureWidth, height: (bottom - top) / scaleY / pictureHeight)
    }
}
