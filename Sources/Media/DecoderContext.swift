import CLibAV
import MediaTypes

/// Owns libavcodec's context of one decoder, the packet it is fed with and the frame it fills. Used by one thread.
final class DecoderContext {
    let codec: UnsafeMutablePointer<AVCodecContext>
    let packet: UnsafeMutablePointer<AVPacket>
    let frame: UnsafeMutablePointer<AVFrame>

    init(_ stream: StreamInfo, mode: DecodeMode) throws(MediaError) {
        guard let decoder = avcodec_find_decoder(stream.codec.libav) else {
            throw MediaError(
                .decoderFailed, "the installed libavcodec has no decoder for \(stream.codec.rawValue): install a full build of it")
        }
        var codec = avcodec_alloc_context3(decoder)
        var packet = av_packet_alloc()
        var frame = av_frame_alloc()
        var failure: Int32 = vigilar_error_no_memory()
        if let codec, packet != nil, frame != nil, codec.setExtradata(stream.extradata) {
            codec.pointee.width = Int32(clamping: stream.width)
            codec.pointee.height = Int32(clamping: stream.height)
            codec.pointee.pkt_timebase = AVRational(num: 1, den: 1_000_000_000)
            codec.pointee.max_pixels = PictureSize.maximumPixels
            // A thread a camera: more would only add delay, and cameras are many.
            codec.pointee.thread_count = 1
            if mode == .motion {
                codec.pointee.skip_loop_filter = AVDISCARD_ALL
                codec.pointee.flags2 |= AV_CODEC_FLAG2_FAST
            }
            failure = avcodec_open2(codec, decoder, nil)
        }
        guard failure >= 0, let codec, let packet, let frame else {
            avcodec_free_context(&codec)
            av_packet_free(&packet)
            av_frame_free(&frame)
            throw MediaError(
                .decoderFailed, "a decoder for \(stream.codec.rawValue) of \(stream.width)x\(stream.height) cannot be made",
                cause: MediaError.words(failure)
            )
        }
        self.codec = codec
        self.packet = packet
        self.frame = frame
    }

    deinit {
        var codec: UnsafeMutablePointer<AVCodecContext>? = codec
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        avcodec_free_context(&codec)
        av_packet_free(&packet)
        av_frame_free(&frame)
    }
}
