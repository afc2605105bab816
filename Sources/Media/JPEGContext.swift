import CLibAV

/// Owns libavcodec's context of one JPEG encoder, and the packet that it fills. Used by one thread.
final class JPEGContext {
    /// The quantisers that are used, in libavcodec's scale of 2 to 31.
    static let finest = 4
    static let coarsest = 31

    private let codec: UnsafeMutablePointer<AVCodecContext>
    private let packet: UnsafeMutablePointer<AVPacket>
    private var count: Int64 = 0

    init(width: Int, height: Int) throws(MediaError) {
        guard let encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw MediaError(.encoderFailed, "the installed libavcodec has no encoder for JPEG: install a full build of it")
        }
        var codec = avcodec_alloc_context3(encoder)
        var packet = av_packet_alloc()
        var failure: Int32 = vigilar_error_no_memory()
        if let codec, packet != nil {
            codec.pointee.width = Int32(clamping: width)
            codec.pointee.height = Int32(clamping: height)
            codec.pointee.pix_fmt = AV_PIX_FMT_YUV420P
            codec.pointee.color_range = AVCOL_RANGE_JPEG
            codec.pointee.time_base = AVRational(num: 1, den: 25)
            codec.pointee.flags |= AV_CODEC_FLAG_QSCALE
            codec.pointee.global_quality = Int32(Self.finest) * FF_QP2LAMBDA
            codec.pointee.thread_count = 1
            failure = avcodec_open2(codec, encoder, nil)
        }
        guard failure >= 0, let codec, let packet else {
            avcodec_free_context(&codec)
            av_packet_free(&packet)
            throw MediaError(.encoderFailed, "an encoder for JPEG of \(width)x\(height) cannot be made", cause: MediaError.words(failure))
        }
        self.codec = codec
        self.packet = packet
    }

    /// - Parameter frame: Of the context's size, 8-bit 4:2:0.
    func encode(_ frame: OwnedFrame, quantiser: Int) throws(MediaError) -> [UInt8] {
        frame.pointer.pointee.quality = Int32(quantiser) * FF_QP2LAMBDA
        frame.pointer.pointee.pts = count
        count += 1
        var code = avcodec_send_frame(codec, frame.pointer)
        if code >= 0 { code = avcodec_receive_packet(codec, packet) }
        guard code >= 0, let data = packet.pointee.data else {
            throw MediaError(.encoderFailed, "a picture cannot be made into a JPEG", cause: MediaError.words(code))
        }
        defer { av_packet_unref(packet) }
        return Array(UnsafeBufferPointer(start: data, count: Int(packet.pointee.size)))
    }

    deinit {
        var codec: UnsafeMutablePointer<AVCodecContext>? = codec
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        avcodec_free_context(&codec)
        av_packet_free(&packet)
    }
}
