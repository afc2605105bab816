import CLibAV

/// Owns libavcodec's context of a decoder of single pictures. Used by one thread, once.
final class StillContext {
    private let codec: UnsafeMutablePointer<AVCodecContext>
    private let packet: UnsafeMutablePointer<AVPacket>

    /// - Parameter isStrict: Whether a picture that is damaged or cut off is an error; otherwise what is missing of one is grey.
    /// - Throws: `MediaError` with code `decoderFailed`.
    init(_ format: PictureFileHeader.Format, pixelLimit: Int, isStrict: Bool = true) throws(MediaError) {
        let id =
            switch format {
            case .jpeg: AV_CODEC_ID_MJPEG
            case .png: AV_CODEC_ID_PNG
            case .webP: AV_CODEC_ID_WEBP
            }
        guard let decoder = avcodec_find_decoder(id) else {
            throw MediaError(.decoderFailed, "the installed libavcodec does not read such pictures: install a full build of it")
        }
        var codec = avcodec_alloc_context3(decoder)
        var packet = av_packet_alloc()
        var failure: Int32 = vigilar_error_no_memory()
        if let codec, packet != nil {
            codec.pointee.max_pixels = Int64(pixelLimit)
            codec.pointee.thread_count = 1
            if isStrict { codec.pointee.err_recognition |= AV_EF_EXPLODE | AV_EF_CRCCHECK }
            failure = avcodec_open2(codec, decoder, nil)
        }
        guard failure >= 0, let codec, let packet else {
            avcodec_free_context(&codec)
            av_packet_free(&packet)
            throw MediaError(.decoderFailed, "a decoder of pictures cannot be made", cause: MediaError.words(failure))
        }
        self.codec = codec
        self.packet = packet
    }

    /// - Throws: `MediaError` with code `invalidData` where the picture is damaged.
    func decode(_ bytes: [UInt8]) throws(MediaError) -> OwnedFrame {
        guard let frame = OwnedFrame() else { throw MediaError(.decoderFailed, "no memory to read a picture") }
        var code = bytes.withUnsafeBufferPointer { buffer in
            packet.pointee.data = UnsafeMutablePointer(mutating: buffer.baseAddress)
            packet.pointee.size = Int32(clamping: buffer.count)
            packet.pointee.flags = AV_PKT_FLAG_KEY
            // libavcodec copies bytes that are not its own, with the padding that its readers need.
            defer {
                packet.pointee.data = nil
                packet.pointee.size = 0
            }
            return avcodec_send_packet(codec, packet)
        }
        if code >= 0 { code = avcodec_receive_frame(codec, frame.pointer) }
        guard code >= 0 else {
            throw MediaError(.invalidData, "the picture is damaged or cut off, and cannot be read", cause: MediaError.words(code))
        }
        return frame
    }

    deinit {
        var codec: UnsafeMutablePointer<AVCodecContext>? = codec
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        avcodec_free_context(&codec)
        av_packet_free(&packet)
    }
}
