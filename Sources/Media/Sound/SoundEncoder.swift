import CLibAV
import MediaTypes

/// Makes AAC of mono sound: owns libavcodec's encoder, the frame it is fed with and the packet it fills. Used by one thread.
final class SoundEncoder {
    /// Samples of a frame of AAC.
    static let frameLength = 1024
    /// Bits a second for each sample a second: 24 kbit/s at 8 kHz, where telephone sound loses nothing that one hears.
    private static let bitsPerSample: Int64 = 3

    /// The AudioSpecificConfig.
    let configuration: [UInt8]
    private let codec: UnsafeMutablePointer<AVCodecContext>
    private let frame: UnsafeMutablePointer<AVFrame>
    private let packet: UnsafeMutablePointer<AVPacket>
    private var count: Int64 = 0

    /// - Parameter rate: Samples a second.
    init(rate: Int) throws(MediaError) {
        guard let encoder = avcodec_find_encoder(AV_CODEC_ID_AAC) else {
            throw MediaError(.encoderFailed, "the installed libavcodec has no encoder for AAC: install a full build of it")
        }
        var codec = avcodec_alloc_context3(encoder)
        var frame = av_frame_alloc()
        var packet = av_packet_alloc()
        var failure: Int32 = vigilar_error_no_memory()
        if let codec, let frame, packet != nil {
            codec.pointee.sample_rate = Int32(clamping: rate)
            codec.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
            codec.pointee.bit_rate = Int64(rate) * Self.bitsPerSample
            codec.pointee.time_base = AVRational(num: 1, den: Int32(clamping: rate))
            codec.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
            codec.pointee.thread_count = 1
            av_channel_layout_default(&codec.pointee.ch_layout, 1)
            frame.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
            frame.pointee.sample_rate = Int32(clamping: rate)
            frame.pointee.nb_samples = Int32(Self.frameLength)
            av_channel_layout_default(&frame.pointee.ch_layout, 1)
            failure = avcodec_open2(codec, encoder, nil)
            if failure >= 0 { failure = av_frame_get_buffer(frame, 0) }
        }
        guard failure >= 0, let codec, let frame, let packet, let extradata = codec.pointee.extradata,
            codec.pointee.frame_size == Int32(Self.frameLength)
        else {
            avcodec_free_context(&codec)
            av_frame_free(&frame)
            av_packet_free(&packet)
            throw MediaError(.encoderFailed, "an encoder for AAC of \(rate) Hz cannot be made", cause: MediaError.words(failure))
        }
        self.codec = codec
        self.frame = frame
        self.packet = packet
        configuration = Array(UnsafeBufferPointer(start: extradata, count: Int(codec.pointee.extradata_size)))
    }

    /// - Parameter samples: `frameLength` of them, from -1 to 1.
    /// - Returns: A frame that begins two frames earlier than these samples: the encoder looks one ahead, and what it is given overlaps by one.
    ///   Nil for the first ones.
    func encode(_ samples: some Collection<Float>) throws(MediaError) -> [UInt8]? {
        var code = av_frame_make_writable(frame)
        guard code >= 0, let plane = frame.pointee.data.0 else { throw failed(code) }
        plane.withMemoryRebound(to: Float.self, capacity: Self.frameLength) { plane in
            for (index, sample) in samples.prefix(Self.frameLength).enumerated() { plane[index] = sample }
        }
        frame.pointee.pts = count
        count += Int64(Self.frameLength)
        code = avcodec_send_frame(codec, frame)
        if code < 0 { throw failed(code) }
        code = avcodec_receive_packet(codec, packet)
        if code == vigilar_error_again() { return nil }
        guard code >= 0, let data = packet.pointee.data else { throw failed(code) }
        defer { av_packet_unref(packet) }
        return Array(UnsafeBufferPointer(start: data, count: Int(packet.pointee.size)))
    }

    private func failed(_ code: Int32) -> MediaError {
        MediaError(.encoderFailed, "sound cannot be made into AAC", cause: MediaError.words(code))
    }

    deinit {
        var codec: UnsafeMutablePointer<AVCodecContext>? = codec
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        avcodec_free_context(&codec)
        av_frame_free(&frame)
        av_packet_free(&packet)
    }
}
