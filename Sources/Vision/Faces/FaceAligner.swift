package import MediaTypes

/// Makes the input of a face's embedding: turns and scales a face so that its landmarks lie where the model was trained to find them.
package struct FaceAligner: Sendable {
    /// Where face-reidentification-retail-0095 wants them, in an input of 128 × 128 (its page in Intel's Open Model Zoo): eyes, nose, corners of the
    /// mouth.
    package static let retail0095 = [(40.393, 59.082), (87.376, 59.082), (64.034, 81.984), (44.733, 105.561), (83.640, 105.561)]
        .map { PicturePoint(x: $0.0, y: $0.1) }

    package let input: PictureInput
    private let template: [PicturePoint]

    /// - Parameter template: Where the landmarks are to lie, in pixels of the input.
    package init(_ input: PictureInput, template: [PicturePoint] = retail0095) {
        self.input = input
        self.template = template
    }

    /// - Returns: Nil where the landmarks lie in one place.
    /// - Throws: Where the picture's bytes are not those of its size.
    package func align(_ face: DetectedFace, in picture: PackedPicture) throws(PreprocessingError) -> [Float]? {
        let (width, height) = (picture.width, picture.height)
        guard width > 0, height > 0, picture.bytes.count == 3 * width * height else {
            throw PreprocessingError("a picture of \(width)×\(height) has \(picture.bytes.count) bytes")
        }
        guard let back = back(face, width: width, height: height) else { return nil }
        let bytes = picture.bytes.span
        let (red, blue) = picture.order == .rgb ? (0, 2) : (2, 0)
        return fill { x, y in
            let place = back.apply(PicturePoint(x: x, y: y))
            func channel(_ number: Int) -> Float {
                Self.sample(bytes, step: 3, offset: number, stride: 3 * width, width: width, height: height, place)
            }
            return (channel(red), channel(1), channel(blue))
        }
    }

    /// From the planes of a decoded picture.
    /// - Returns: Nil where the landmarks lie in one place.
    /// - Throws: Where the planes are too small for the picture.
    package func align(
        _ face: DetectedFace, luma: Span<UInt8>, cb: Span<UInt8>, cr: Span<UInt8>, _ layout: PlanarLayout
    ) throws(PreprocessingError) -> [Float]? {
        guard layout.holds(luma: luma.count, chroma: min(cb.count, cr.count)) else {
            throw PreprocessingError("the planes of a picture of \(layout.width)×\(layout.height) are too small for it")
        }
        guard let back = back(face, width: layout.width, height: layout.height) else { return nil }
        let conversion = ColourConversion(layout.matrix, isFullRange: layout.isFullRange)
        let (spanX, spanY) = (Double(1 << layout.chromaShiftX), Double(1 << layout.chromaShiftY))
        let (siteX, siteY) = (layout.isChromaLeft ? 0 : (spanX - 1) / 2, (spanY - 1) / 2)
        return fill { x, y in
            let place = back.apply(PicturePoint(x: x, y: y))
            let light = Self.sample(luma, stride: layout.lumaStride, width: layout.width, height: layout.height, place)
            guard layout.hasChroma else { return conversion.convert(luma: light, cb: 128, cr: 128) }
            let colour = PicturePoint(x: (place.x - siteX) / spanX, y: (place.y - siteY) / spanY)
            func chroma(_ plane: Span<UInt8>) -> Float {
                Self.sample(plane, stride: layout.chromaStride, width: layout.chromaWidth, height: layout.chromaHeight, colour)
            }
            return conversion.convert(luma: light, cb: chroma(cb), cr: chroma(cr))
        }
    }

    /// From pixels of the input to pixels of the picture.
    private func back(_ face: DetectedFace, width: Int, height: Int) -> SimilarityTransform? {
        let points = face.landmarks.map { PicturePoint(x: $0.x * Double(width), y: $0.y * Double(height)) }
        return SimilarityTransform(from: points, to: template)?.inverse
    }

    private func fill(_ pixel: (Double, Double) -> (red: Float, green: Float, blue: Float)) -> [Float] {
        var values = [Float](repeating: 0, count: 3 * input.width * input.height)
        let (red, blue) = input.order == .rgb ? (0, 2) : (2, 0)
        let (start, step) = input.layout == .planar ? (input.width * input.height, 1) : (1, 3)
        for y in 0..<input.height {
            for x in 0..<input.width {
                let colours = pixel(Double(x), Double(y))
                let place = (y * input.width + x) * step
                values[place + red * start] = (colours.red - input.mean[red]) / input.deviation[red]
                values[place + start] = (colours.green - input.mean[1]) / input.deviation[1]
                values[place + blue * start] = (colours.blue - input.mean[blue]) / input.deviation[blue]
            }
        }
        return values
    }

    /// Between the four samples around a place; 0 beyond the plane, as OpenCV's warpAffine has it, with which the model was measured.
    private static func sample(
        _ plane: Span<UInt8>, step: Int = 1, offset: Int = 0, stride: Int, width: Int, height: Int, _ place: PicturePoint
    ) -> Float {
        // Written so that it also holds for what is no number.
        guard place.x > -1, place.y > -1, place.x < Double(width), place.y < Double(height) else { return 0 }
        let (left, top) = (Int(place.x.rounded(.down)), Int(place.y.rounded(.down)))
        let (right, below) = (Float(place.x - Double(left)), Float(place.y - Double(top)))
        func value(_ x: Int, _ y: Int) -> Float {
            x >= 0 && y >= 0 && x < width && y < height ? Float(plane[y * stride + x * step + offset]) : 0
        }
        let upper = value(left, top) * (1 - right) + value(left + 1, top) * right
        let lower = value(left, top + 1) * (1 - right) + value(left + 1, top + 1) * right
        return upper * (1 - below) + lower * below
    }
}
