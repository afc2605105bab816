import Vision

extension Box {
    /// Where what it holds stands, fractions of the frame: a little above the middle of the lower edge of what is seen of it. It is in the zones that this is in.
    var foot: (x: Double, y: Double) {
        let box = clipped ?? self
        return (box.centreX, box.maxY - 0.02 * box.height)
    }
}
