import CLibAV

/// Makes JPEGs of decoded pictures that are small enough to be sent: scaled down, never up, and of the best quality that fits.
///
/// Nothing is kept between two pictures: they are rare, and what a scaler and an encoder cost to make is little beside their work.
/// Colours go over as they are; that HD video means another matrix (BT.709) by them than JPEG does (BT.601) shifts greens a little.
package enum JPEGEncoder {
    /// Pixels of the longer side of a still, and of a thumbnail.
    package static let side = 1280
    package static let thumbnailSide = 320
    /// Bytes of a still, and of a thumbnail.
    package static let byteLimit = 100_000
    package static let thumbnailByteLimit = 12_000

    /// A still of a picture, with its thumbnail. Blocks its thread: some 20 ms for a picture of 1920x1080.
    /// - Throws: `MediaError` with code `encoderFailed`.
    package static func still(of picture: HeldPicture) throws(MediaError) -> StillPicture {
        let (jpeg, frame) = try fit(picture.frame, isFullRange: picture.isFullRange, side: side, byteLimit: byteLimit)
        // Of the picture that is small already: a fraction of the work.
        let thumbnail = try fit(frame, isFullRange: true, side: thumbnailSide, byteLimit: thumbnailByteLimit).jpeg
        return StillPicture(jpeg: jpeg, thumbnail: thumbnail)
    }

    /// One JPEG of a picture. Blocks its thread, as `still` does.
    /// - Parameters:
    ///   - side: Pixels of the longer side, at most.
    ///   - byteLimit: Bytes, at most.
    /// - Throws: `MediaError` with code `encoderFailed`.
    package static func jpeg(of picture: HeldPicture, side: Int, byteLimit: Int) throws(MediaError) -> [UInt8] {
        try fit(picture.frame, isFullRange: picture.isFullRange, side: side, byteLimit: byteLimit).jpeg
    }

    /// A JPEG of a picture in which parts are hidden for good (`Mosaic`). Blocks its thread, as `still` does.
    /// - Parameter areas: In pixels of the picture; what lies outside of it is passed over.
    /// - Throws: `MediaError` with code `encoderFailed`.
    package static func jpeg(
        of picture: HeldPicture, hiding areas: [(x: Range<Int>, y: Range<Int>)], byteLimit: Int
    ) throws(MediaError) -> [UInt8] {
        let side = max(picture.width, picture.height)
        let copy = try scale(picture.frame, isFullRange: picture.isFullRange, side: side)
        Mosaic.hide(areas, in: copy)
        return try fit(copy, isFullRange: true, side: side, byteLimit: byteLimit).jpeg
    }

    /// Lowers the quality until the bytes are few enough, and then the size.
    /// - Returns: The picture as scaled, too.
    private static func fit(
        _ source: OwnedFrame, isFullRange: Bool, side: Int, byteLimit: Int
    ) throws(MediaError) -> (jpeg: [UInt8], frame: OwnedFrame) {
        var side = side
        // Below 64 pixels the tables and headers alone decide the size.
        while side >= 64 {
            let frame = try scale(source, isFullRange: isFullRange, side: side)
            let context = try JPEGContext(width: Int(frame.pointer.pointee.width), height: Int(frame.pointer.pointee.height))
            var quantiser = JPEGContext.finest
            while true {
                let jpeg = try context.encode(frame, quantiser: quantiser)
                if jpeg.count <= byteLimit { return (jpeg, frame) }
                guard quantiser < JPEGContext.coarsest else { break }
                // Bytes fall a little slower than the quantiser rises.
                let guess = Double(quantiser) * Double(jpeg.count) / Double(byteLimit)
                quantiser = min(max(quantiser + 1, Int(guess.rounded(.up))), JPEGContext.coarsest)
            }
            side = side * 3 / 4
        }
        throw MediaError(.encoderFailed, "a picture cannot be made into a JPEG of \(byteLimit) bytes")
    }

    /// - Returns: Of 8-bit 4:2:0 with luma from 0 to 255, so small that it fits into a square of `side` pixels.
    static func scale(_ source: OwnedFrame, isFullRange: Bool, side: Int) throws(MediaError) -> OwnedFrame {
        let (width, height) = (Int(source.pointer.pointee.width), Int(source.pointer.pointee.height))
        let size = size(width: width, height: height, side: side)
        guard let target = OwnedFrame(width: size.width, height: size.height) else {
            throw MediaError(.encoderFailed, "no memory to make a JPEG")
        }
        let code = vigilar_scale(target.pointer, source.pointer, plainFormat(source.pointer.pointee.format), isFullRange ? 1 : 0)
        guard code >= 0 else {
            throw MediaError(.encoderFailed, "a picture of \(width)x\(height) cannot be scaled", cause: MediaError.words(code))
        }
        return target
    }

    /// The size that fits into a square of `side` pixels, in the same proportions; that of the picture where it fits.
    static func size(width: Int, height: Int, side: Int) -> (width: Int, height: Int) {
        let longer = max(width, height, 1)
        guard longer > side else { return (max(width, 1), max(height, 1)) }
        return (max(1, (width * side + longer / 2) / longer), max(1, (height * side + longer / 2) / longer))
    }

    /// The formats that say by themselves that luma goes from 0 to 255 are no longer wanted; the range is told apart.
    static func plainFormat(_ format: Int32) -> Int32 {
        switch AVPixelFormat(rawValue: format) {
        case AV_PIX_FMT_YUVJ420P: AV_PIX_FMT_YUV420P.rawValue
        case AV_PIX_FMT_YUVJ422P: AV_PIX_FMT_YUV422P.rawValue
        case AV_PIX_FMT_YUVJ444P: AV_PIX_FMT_YUV444P.rawValue
        case AV_PIX_FMT_YUVJ440P: AV_PIX_FMT_YUV440P.rawValue
        case AV_PIX_FMT_YUVJ411P: AV_PIX_FMT_YUV411P.rawValue
        default: format
        }
    }
}
