/// How a model wants a picture.
package struct PictureInput: Sendable, Hashable {
    /// How a picture of other proportions gets into the input.
    package enum Fit: Sendable, Hashable {
        /// It is stretched.
        case stretch
        /// It keeps its proportions, in the upper left corner; what is left has this value in each channel.
        case corner(fill: UInt8)
        /// It keeps its proportions, in the middle.
        case centre(fill: UInt8)
    }

    /// Where a pixel's three numbers stand.
    package enum Layout: String, Sendable, Hashable {
        /// A whole picture for each channel: 1×3×height×width.
        case planar
        /// Beside each other: 1×height×width×3.
        case interleaved
    }

    /// In pixels.
    package var width: Int
    /// In pixels.
    package var height: Int
    package var order: PackedPicture.Order
    package var layout: Layout
    package var fit: Fit
    /// Of each channel, in the order of `order`: taken from a byte's value before it is divided by `deviation`.
    package var mean: [Float]
    package var deviation: [Float]

    package init(
        width: Int, height: Int, order: PackedPicture.Order, layout: Layout = .planar, fit: Fit = .stretch, mean: [Float] = [0, 0, 0],
        deviation: [Float] = [1, 1, 1]
    ) {
        self.width = width
        self.height = height
        self.order = order
        self.layout = layout
        self.fit = fit
        self.mean = mean
        self.deviation = deviation
    }

    /// The shape of the model's input.
    package var shape: [Int] { layout == .planar ? [1, 3, height, width] : [1, height, width, 3] }
}
