import CLibAV
import MediaTypes

/// Owns libavformat's context of one open source and the packet that it reads into. Used by one thread.
final class InputContext {
    /// Seen by libav's interrupt callback, on the thread that is inside libav.
    final class Interruption {
        let stop: StopFlag
        /// libavformat's list of protocols, to be emptied by the first connection; nil when the source may open what its kind needs.
        var whitelist: UnsafeMutablePointer<CChar>?

        init(stop: StopFlag) { self.stop = stop }

        /// An RTSP server may answer with a redirection to any host, which libavformat follows. It asks this callback for the first time
        /// when it connects, the protocols of that connection being checked already; whatever it opens after that is not ours.
        func closeDoor() {
            guard var character = whitelist else { return }
            whitelist = nil
            while character.pointee != 0 {
                character.pointee = CChar(bitPattern: UInt8(ascii: "-"))
                character += 1
            }
        }
    }

    let format: UnsafeMutablePointer<AVFormatContext>
    let packet: UnsafeMutablePointer<AVPacket>
    let stream: UnsafeMutablePointer<AVStream>
    let codec: VideoCodec
    /// Nil where it has none, or none is wanted.
    let sound: UnsafeMutablePointer<AVStream>?
    private let interruption: Interruption

    /// Opens the source and finds its video stream, and that of its sound.
    init(_ source: MediaSource, options: DemuxOptions, stop: StopFlag) throws(MediaError) {
        Self.quiet
        if stop.isStopped { throw MediaError(.stopped, "reading \(source) was stopped") }
        let interruption = Interruption(stop: stop)
        self.interruption = interruption
        stop.allow(seconds: options.openLimit)
        format = try Self.open(source, options: options, interruption: interruption, stop: stop)
        guard let packet = av_packet_alloc() else {
            Self.close(format)
            throw MediaError(.invalidData, "no memory to read \(source)")
        }
        self.packet = packet
        do throws(MediaError) {
            (stream, codec) = try Self.findVideo(in: format, of: source, stop: stop)
            sound = options.sound ? Self.findSound(in: format, beside: stream) : nil
        } catch {
            Self.close(format)
            Self.free(packet)
            throw error
        }
    }

    deinit {
        // Closing an RTSP session says goodbye to the server, who may be gone.
        interruption.stop.allow(seconds: 1)
        Self.close(format)
        Self.free(packet)
    }

    /// Reads the next packet of any stream into `packet`, for at most as long as `StopFlag.allow` said.
    func read() -> Int32 {
        av_packet_unref(packet)
        return av_read_frame(format, packet)
    }

    /// libav prints addresses with their passwords; what it has to say reaches us by its return values.
    static let quiet: Void = av_log_set_level(AV_LOG_QUIET)

    private static func open(
        _ source: MediaSource, options: DemuxOptions, interruption: Interruption, stop: StopFlag
    ) throws(MediaError) -> UnsafeMutablePointer<AVFormatContext> {
        var format = avformat_alloc_context()
        guard let allocated = format else { throw MediaError(.invalidData, "no memory to open \(source)") }
        allocated.pointee.interrupt_callback = AVIOInterruptCB(
            callback: interruptLibAV, opaque: Unmanaged.passUnretained(interruption).toOpaque()
        )
        // Set here and not by the dictionary, so that the callback has it before anything is opened.
        allocated.pointee.protocol_whitelist = av_strdup(source.protocolWhitelist)
        allocated.pointee.format_whitelist = av_strdup(source.formatWhitelist)
        allocated.pointee.codec_whitelist = av_strdup("h264,hevc,mjpeg" + (options.sound ? ",aac,pcm_mulaw,pcm_alaw" : ""))
        var dictionary: OpaquePointer?
        defer { av_dict_free(&dictionary) }
        for (key, value) in settings(of: source, sound: options.sound) { av_dict_set(&dictionary, key, value, 0) }
        if source.kind == .rtsp || source.kind == .rtsps { interruption.whitelist = allocated.pointee.protocol_whitelist }
        let code = avformat_open_input(&format, source.address, nil, &dictionary)
        interruption.whitelist = nil
        guard code >= 0, let format else { throw MediaError(libav: code, source: source, stop: stop) }
        return format
    }

    private static func settings(of source: MediaSource, sound: Bool) -> [(String, String)] {
        switch source.kind {
        case .rtsp, .rtsps:
            // Over TCP nothing is lost on the way, and the camera needs no path back to us.
            [
                ("rtsp_transport", "tcp"), ("allowed_media_types", sound ? "video+audio" : "video"), ("user_agent", "Vigilar"),
                ("analyzeduration", "8000000"),
            ]
        case .http, .https:
            [("max_redirects", "0"), ("user_agent", "Vigilar"), ("analyzeduration", "8000000")]
        case .file:
            []
        }
    }

    private static func findVideo(
        in format: UnsafeMutablePointer<AVFormatContext>, of source: MediaSource, stop: StopFlag
    ) throws(MediaError) -> (UnsafeMutablePointer<AVStream>, VideoCodec) {
        // The frame rate is learned from the packets: waiting for libavformat to measure it only delays the first picture.
        format.pointee.fps_probe_size = 0
        // Nor does it wait for sound that is announced: some cameras never send it.
        if format.pointee.nb_streams > 1 { format.pointee.max_ts_probe = 0 }
        let code = avformat_find_stream_info(format, nil)
        if code < 0 { throw MediaError(libav: code, source: source, stop: stop) }
        let index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
        guard index >= 0, index < format.pointee.nb_streams, let streams = format.pointee.streams, let stream = streams[Int(index)],
            let parameters = stream.pointee.codecpar
        else {
            throw MediaError(.unsupported, "\(source) has no video")
        }
        for other in 0..<Int(format.pointee.nb_streams) where other != Int(index) { streams[other]?.pointee.discard = AVDISCARD_ALL }
        guard let codec = VideoCodec(libav: parameters.pointee.codec_id) else {
            throw MediaError(.unsupported, "\(source) is neither H.264 nor HEVC nor MJPEG: set the camera's encoder to one of them")
        }
        guard parameters.pointee.width > 0, parameters.pointee.height > 0 else {
            throw MediaError(.invalidData, "\(source) sent no picture that can be decoded")
        }
        let (width, height) = (Int64(parameters.pointee.width), Int64(parameters.pointee.height))
        guard width * height <= PictureSize.maximumPixels else {
            throw MediaError(.unsupported, "\(source) sends pictures of \(width)x\(height): set the camera to something smaller")
        }
        return (stream, codec)
    }

    /// The sound that belongs to the pictures.
    private static func findSound(
        in format: UnsafeMutablePointer<AVFormatContext>, beside video: UnsafeMutablePointer<AVStream>
    ) -> UnsafeMutablePointer<AVStream>? {
        let index = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, video.pointee.index, nil, 0)
        guard index >= 0, index < format.pointee.nb_streams, let sound = format.pointee.streams?[Int(index)] else { return nil }
        sound.pointee.discard = AVDISCARD_DEFAULT
        return sound
    }

    private static func close(_ format: UnsafeMutablePointer<AVFormatContext>) {
        var format: UnsafeMutablePointer<AVFormatContext>? = format
        avformat_close_input(&format)
    }

    private static func free(_ packet: UnsafeMutablePointer<AVPacket>) {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }
}

/// libav asks it, many times a second, whether to give up what it waits for.
private func interruptLibAV(_ opaque: UnsafeMutableRawPointer?) -> Int32 {
    guard let opaque else { return 0 }
    let interruption = Unmanaged<InputContext.Interruption>.fromOpaque(opaque).takeUnretainedValue()
    interruption.closeDoor()
    return interruption.stop.mustEnd ? 1 : 0
}
