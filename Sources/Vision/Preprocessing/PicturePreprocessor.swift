package import MediaTypes

/// Makes a model's input of a picture: takes a part, scales it, and brings its colours into the model's order and range. Pure.
package struct PicturePreprocessor: Sendable {
    /// Pixels of the largest picture that is taken.
    package static let pixelLimit = 64 << 20

    package let input: PictureInput

    package init(_ input: PictureInput) { self.input = input }

    /// Where a part of a picture comes to lie.
    struct Target {
        var placement: InputPlacement
        /// In pixels of the input.
        var x: Int
        var y: Int
        var width: Int
        var height: Int
    }

    /// - Parameter part: The part of the picture that is looked at; nil for all of it.
    /// - Throws: Where the picture's bytes are not those of its size, or the part does not lie in it.
    package func prepare(_ picture: PackedPicture, part: PixelRectangle? = nil) throws(PreprocessingError) -> PreparedInput {
        let target = try target(width: picture.width, height: picture.height, part)
        guard picture.bytes.count == 3 * picture.width * picture.height else {
            throw PreprocessingError("a picture of \(picture.width)×\(picture.height) has \(picture.bytes.count) bytes")
        }
        var values = canvas()
        PackedSampler(self, picture, target).fill(&values)
        return PreparedInput(values: values, placement: target.placement)
    }

    /// From the planes of a decoded picture.
    /// - Parameters:
    ///   - luma: See `PlanarLayout`, as for the others.
    ///   - part: The part of the picture that is looked at; nil for all of it.
    /// - Throws: Where the planes are too small for the picture, or the part does not lie in it.
    package func prepare(
        luma: Span<UInt8>, cb: Span<UInt8>, cr: Span<UInt8>, _ layout: PlanarLayout, part: PixelRectangle? = nil
    ) throws(PreprocessingError) -> PreparedInput {
        let target = try target(width: layout.width, height: layout.height, part)
        guard layout.holds(luma: luma.count, chroma: min(cb.count, cr.count)) else {
            throw PreprocessingError("the planes of a picture of \(layout.width)×\(layout.height) are too small for it")
        }
        var values = canvas()
        PlanarSampler(self, layout, target).fill(&values, luma: luma, cb: cb, cr: cr)
        return PreparedInput(values: values, placement: target.placement)
    }

    private func target(width: Int, height: Int, _ part: PixelRectangle?) throws(PreprocessingError) -> Target {
        guard width > 0, height > 0, width <= Self.pixelLimit / height else {
            throw PreprocessingError("a picture of \(width)×\(height) pixels cannot be looked at")
        }
        let part = part ?? PixelRectangle(x: 0, y: 0, width: width, height: height)
        guard part.fits(width: width, height: height) else {
            throw PreprocessingError("a part is not within the picture of \(width)×\(height) pixels")
        }
        let across = Double(input.width) / Double(part.width)
        let down = Double(input.height) / Double(part.height)
        var placement = InputPlacement(
            pictureWidth: Double(width), pictureHeight: Double(height), part: part, scaleX: across, scaleY: down)
        if input.fit == .stretch { return Target(placement: placement, x: 0, y: 0, width: input.width, height: input.height) }
        let scale = min(across, down)
        let size = (
            width: max(1, Int((Double(part.width) * scale).rounded(.toNearestOrEven))),
            height: max(1, Int((Double(part.height) * scale).rounded(.toNearestOrEven)))
        )
        (placement.scaleX, placement.scaleY) = (scale, scale)
        var corner = (x: 0, y: 0)
        if case .centre = input.fit { corner = ((input.width - size.width) / 2, (input.height - size.height) / 2) }
        (placement.offsetX, placement.offsetY) = (Double(corner.x), Double(corner.y))
        return Target(placement: placement, x: corner.x, y: corner.y, width: size.width, height: size.height)
    }

    /// An input that the picture does not fill is filled already.
    private func canvas() -> [Float] {
        let count = input.width * input.height
        let fill: UInt8
        switch input.fit {
        case .stretch: return [Float](repeating: 0, count: 3 * count)
        case .corner(let value), .centre(let value): fill = value
        }
        let values = (0..<3).map { (Float(fill) - input.mean[$0]) / input.deviation[$0] }
        if input.layout == .planar { return values.flatMap { [Float](repeating: $0, count: count) } }
        return (0..<(3 * count)).map { values[$0 % 3] }
    }

    /// Where the number of a channel of a pixel stands.
    @inline(__always)
    func place(_ channel: Int, x: Int, y: Int) -> Int {
        input.layout == .planar ? (channel * input.height + y) * input.width + x : (y * input.width + x) * 3 + channel
    }

    /// From one pixel to the next.
    var step: Int { input.layout == .planar ? 1 : 3 }
}
