import CLibAV

/// Reads a picture that somebody took: the pixels alone, upright, and nothing else that its file says.
package enum PictureFile {
    /// Bytes of the longest file that is read.
    package static let byteLimit = 20_000_000
    /// Pixels of the largest picture that is read; half as many where a colour has more than eight bits.
    package static let pixelLimit = 50_000_000

    /// Reads a JPEG, PNG or WebP. Blocks its thread: up to a second for the largest.
    /// - Parameter side: Pixels of the longer side to which a larger picture is scaled down.
    /// - Returns: Planes of 8 bits, 4:2:0, with luma from 0 to 255, turned as the camera was held.
    /// - Throws: `MediaError` with code `unsupported` for another format, `invalidData` for what is damaged, cut off or too large,
    ///   `decoderFailed` for want of a decoder or of memory.
    package static func decode(_ bytes: [UInt8], side: Int) throws(MediaError) -> HeldPicture {
        InputContext.quiet
        guard let header = PictureFileHeader(bytes) else {
            throw MediaError(.unsupported, "the file is no picture that is read: JPEG, PNG and WebP are, and none that move")
        }
        guard header.width > 0, header.height > 0 else { throw MediaError(.invalidData, "the picture has no pixels") }
        let limit = header.isDeep ? pixelLimit / 2 : pixelLimit
        guard header.width <= limit / header.height else {
            throw MediaError(
                .invalidData,
                "a picture of \(header.width)x\(header.height) is larger than the \(limit / 1_000_000) megapixels that are read: make it smaller"
            )
        }
        let context = try StillContext(header.format, pixelLimit: limit)
        let present: [UInt8]? =
            switch header.format {
            case .jpeg: JPEGPixels.of(bytes)
            case .png: PNGChunks.pixels(of: bytes)
            case .webP: bytes
            }
        guard let pixels = present else { throw MediaError(.invalidData, "the picture is damaged or cut off, and cannot be read") }
        let frame = try context.decode(pixels)
        // What lies in the file behind the picture's own header may be another one.
        guard frame.pointer.pointee.width == header.width, frame.pointer.pointee.height == header.height else {
            throw MediaError(.invalidData, "the picture is damaged: it has two sizes")
        }
        let isFullRange = frame.pointer.pointee.color_range != AVCOL_RANGE_MPEG && header.format != .webP
        let scaled = try JPEGEncoder.scale(frame, isFullRange: isFullRange, side: side)
        return HeldPicture(frame: try PictureOrientation(of: frame).turn(scaled), isFullRange: true)
    }
}
