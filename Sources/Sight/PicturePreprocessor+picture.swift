package import Media
package import Vision

extension PicturePreprocessor {
    /// Makes a model's input of a part of a decoded picture.
    /// - Throws: Where the part or the picture's colours cannot be read.
    package func prepare(_ picture: HeldPicture, part: PixelRectangle) throws -> PreparedInput {
        let input = try picture.withPlanes { layout, luma, cb, cr in
            try prepare(luma: luma, cb: cb, cr: cr, layout, part: part)
        }
        guard let input else { throw PreprocessingError("a picture has its colours in a way that models do not read") }
        return input
    }
}
