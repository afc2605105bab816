import CLibAV

/// Decodes a JPEG into a picture.
package enum JPEGDecoder {
    /// Pixels of the largest picture that is decoded.
    package static let pixelLimit = 50_000_000

    /// Blocks its thread: some 10 ms a megapixel.
    /// - Parameter isStrict: Whether a damaged or cut off picture is an error; otherwise what is missing of one is grey.
    /// - Throws: `MediaError` with code `invalidData` for what is no JPEG or larger than the limit, `decoderFailed` for want of a decoder.
    package static func decode(
        _ bytes: [UInt8], pixelLimit: Int = pixelLimit, isStrict: Bool = false
    ) throws(MediaError) -> HeldPicture {
        InputContext.quiet
        guard let size = JPEGHeader.size(of: bytes), size.width > 0, size.height > 0 else {
            throw MediaError(.invalidData, "a picture is no JPEG, or a damaged one")
        }
        guard size.width <= pixelLimit / size.height else {
            throw MediaError(.invalidData, "a picture of \(size.width)x\(size.height) is larger than is read")
        }
        // A second header in it may tell another size.
        let context = try StillContext(.jpeg, pixelLimit: pixelLimit, isStrict: isStrict)
        let frame: OwnedFrame
        do { frame = try context.decode(bytes) } catch  where error.code == .invalidData {
            throw MediaError(.invalidData, "a picture of \(size.width)x\(size.height) cannot be decoded", cause: error.cause)
        }
        return HeldPicture(frame: frame, isFullRange: frame.pointer.pointee.color_range != AVCOL_RANGE_MPEG)
    }
}
