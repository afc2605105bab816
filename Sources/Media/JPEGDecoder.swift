import CLibAV
import MediaTypes

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
        let stream = StreamInfo(
            codec: .mjpeg, width: size.width, height: size.height, extradata: [], nominalFrameRate: nil, generation: 0)
        let context = try DecoderContext(stream, mode: .full)
        // A second header in it may tell another size.
        context.codec.pointee.max_pixels = Int64(pixelLimit)
        if isStrict { context.codec.pointee.err_recognition |= AV_EF_EXPLODE }
        let packet = context.packet
        var code = bytes.withUnsafeBufferPointer { buffer in
            packet.pointee.data = UnsafeMutablePointer(mutating: buffer.baseAddress)
            packet.pointee.size = Int32(clamping: buffer.count)
            packet.pointee.flags = AV_PKT_FLAG_KEY
            // libavcodec copies bytes that are not its own, with the padding that its readers need.
            defer {
                packet.pointee.data = nil
                packet.pointee.size = 0
            }
            return avcodec_send_packet(context.codec, packet)
        }
        if code >= 0 { code = avcodec_receive_frame(context.codec, context.frame) }
        guard code >= 0, let held = OwnedFrame(), av_frame_ref(held.pointer, context.frame) >= 0 else {
            throw MediaError(.invalidData, "a picture of \(size.width)x\(size.height) cannot be decoded", cause: MediaError.words(code))
        }
        return HeldPicture(frame: held, isFullRange: held.pointer.pointee.color_range != AVCOL_RANGE_MPEG)
    }
}
