package import Base
import CLibAV
package import MediaTypes

/// Reads the compressed pictures of one source, with mended times. Owned by one thread; every call ends by a deadline or by its `StopFlag`.
package struct Demuxer: ~Copyable {
    /// What the packets belong to; changes with `EncodedPacket.generation`.
    package private(set) var stream: StreamInfo
    package private(set) var counters = DemuxCounters()

    private let source: MediaSource
    private let options: DemuxOptions
    private let stop: StopFlag
    private let clock: any WallClock
    private var context: InputContext
    private var sound: SoundReader?
    private var mender: TimestampMender
    private var captureClock = CaptureClock()
    private var parameterSets: [UInt8]?
    /// When the source was open: the first packets were read by then, to find the stream's parameters.
    private var openedAt: Timestamp?
    private var packetsSinceOpening = 0
    private var opening = OpeningTimes()
    /// Read, but not handed out yet.
    private var waiting: [RawPacket] = []

    /// Opens a source and reads as far as its parameters are known.
    /// - Parameters:
    ///   - stop: Ends this call and every later one.
    ///   - clock: Tells when packets arrive.
    /// - Throws: `MediaError`.
    package init(
        _ source: MediaSource, options: DemuxOptions = .init(), stop: StopFlag, clock: any WallClock = SystemClock()
    ) throws(MediaError) {
        self.source = source
        self.options = options
        self.stop = stop
        self.clock = clock
        let begun = clock.now
        context = try Self.open(source, options: options, stop: stop)
        openedAt = begun
        sound = context.sound.flatMap { SoundReader($0) }
        stream = StreamInfo(context, sound: sound?.info, generation: options.firstGeneration)
        mender = TimestampMender(frameDuration: stream.nominalFrameRate.map { Int64(1e9 / $0) })
    }

    /// The name of the sound's codec where it is none that is read; nil where all is well.
    package var unusedSound: String? {
        guard sound == nil, let parameters = context.sound?.pointee.codecpar else { return nil }
        return String(cString: avcodec_get_name(parameters.pointee.codec_id))
    }

    /// A source whose sound cannot be had is opened without: a camera may refuse it in many words. Not where it wants other credentials, since
    /// cameras lock out who fails too often, nor where it took too long already.
    private static func open(
        _ source: MediaSource, options: DemuxOptions, stop: StopFlag
    ) throws(MediaError) -> InputContext {
        do throws(MediaError) {
            return try InputContext(source, options: options, stop: stop)
        } catch {
            guard options.sound, [.invalidData, .unsupported, .notFound, .unreachable].contains(error.code) else { throw error }
            var silent = options
            silent.sound = false
            return try InputContext(source, options: silent, stop: stop)
        }
    }

    /// The next packet in decoding order; nil at the end of a file, or when a live source has ended the connection.
    /// - Throws: `MediaError`: `timedOut` after `DemuxOptions.silenceLimit` without a packet, `stopped` when asked.
    package mutating func next() throws(MediaError) -> EncodedPacket? {
        if stop.isStopped { throw MediaError(.stopped, "reading \(source) was stopped") }
        stop.allow(seconds: source.isLive ? options.silenceLimit : max(options.silenceLimit, 60))
        while waiting.isEmpty {
            guard let packet = try read() else {
                waiting = opening.release(frameDuration: mender.frame)
                if waiting.isEmpty { return nil }
                break
            }
            waiting = opening.take(packet, frameDuration: mender.frame)
        }
        return finish(waiting.removeFirst())
    }

    /// The next picture's packet as libavformat gives it.
    private mutating func read() throws(MediaError) -> RawPacket? {
        var failures = 0
        while true {
            let code = context.read()
            if code == vigilar_error_end() {
                guard try startOver() else { return nil }
                continue
            }
            if code < 0 {
                guard code == vigilar_error_again() || code == vigilar_error_invalid_data(), failures < Self.toleratedFailures else {
                    throw MediaError(libav: code, source: source, stop: stop)
                }
                failures += 1
                counters.dropped += 1
                continue
            }
            if let packet = take() { return packet }
        }
    }

    /// Read errors in a row after which a source is given up.
    private static let toleratedFailures = 200

    /// Opens a file anew for its next round; false when the source has no further one.
    private mutating func startOver() throws(MediaError) -> Bool {
        guard !source.isLive, options.repeatsFile, packetsSinceOpening > 0 else { return false }
        settleSound()
        let left = sound?.drain() ?? []
        context = try Self.open(source, options: options, stop: stop)
        sound = context.sound.flatMap { SoundReader($0, after: left) }
        packetsSinceOpening = 0
        parameterSets = nil
        mender.startOver()
        var renewed = StreamInfo(context, sound: sound?.info, generation: stream.generation)
        if renewed != stream {
            renewed.generation += 1
            counters.parameterChanges += 1
            stream = renewed
        }
        return true
    }

    /// What was read, when it is a picture.
    private mutating func take() -> RawPacket? {
        let packet = context.packet
        if let sound, packet.pointee.stream_index == sound.index {
            sound.take(packet.pointee, arrival: clock.now)
            return nil
        }
        guard packet.pointee.stream_index == context.stream.pointee.index else { return nil }
        guard let bytes = packet.pointee.data, packet.pointee.size > 0 else {
            counters.dropped += 1
            return nil
        }
        if packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 { counters.corrupt += 1 }
        packetsSinceOpening += 1
        let arrival = openedAt ?? clock.now
        openedAt = nil
        var extradata: [UInt8]?
        var size = 0
        if let side = av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, &size), size > 0, size < 1 << 16 {
            extradata = [UInt8](UnsafeBufferPointer(start: side, count: size))
        }
        return RawPacket(
            decode: nanoseconds(packet.pointee.dts), presentation: nanoseconds(packet.pointee.pts),
            duration: packet.pointee.duration > 0 ? nanoseconds(packet.pointee.duration) : nil,
            isKeyframe: packet.pointee.flags & AV_PKT_FLAG_KEY != 0,
            data: [UInt8](UnsafeBufferPointer(start: bytes, count: Int(packet.pointee.size))), extradata: extradata, arrival: arrival
        )
    }

    private mutating func finish(_ raw: RawPacket) -> EncodedPacket {
        noticeParameterChange(in: raw)
        let times = mender.mend(decode: raw.decode, presentation: raw.presentation, duration: raw.duration)
        if times.isMended { counters.mendedTimestamps += 1 }
        if times.isJump {
            counters.clockJumps += 1
            captureClock.reset()
        }
        counters.packets += 1
        counters.bytes += raw.data.count
        let presentation = MediaTime(nanoseconds: times.presentation)
        let timestamp =
            source.isLive
            ? captureClock.timestamp(streamSeconds: presentation.seconds, arrival: raw.arrival)
            : options.fileStart.advanced(bySeconds: presentation.seconds)
        settleSound()
        return EncodedPacket(
            decodeTime: MediaTime(nanoseconds: times.decode), presentationTime: presentation, timestamp: timestamp,
            isKeyframe: raw.isKeyframe, data: raw.data, generation: stream.generation,
            sound: sound?.drain() ?? []
        )
    }

    /// Puts the sound that came so far onto the pictures' clock.
    private mutating func settleSound() {
        guard let sound else { return }
        let captureClock = captureClock
        let isLive = source.isLive
        sound.settle(shift: mender.shift) { isLive ? captureClock.position(at: $0) : nil }
        counters.droppedSounds += sound.takeDropped()
    }

    /// On the source's own clock; nil where it gave none.
    private func nanoseconds(_ value: Int64) -> Int64? {
        if value == vigilar_no_timestamp() { return nil }
        let result = av_rescale_q(value, context.stream.pointee.time_base, AVRational(num: 1, den: 1_000_000_000))
        return result == .min ? nil : result
    }

    /// Starts a new generation when the container or the packet itself brings parameter sets other than those before.
    private mutating func noticeParameterChange(in packet: RawPacket) {
        let data = packet.data
        if let extradata = packet.extradata, extradata != stream.extradata {
            var renewed = stream
            renewed.extradata = extradata
            parameterSets = nil
            adopt(renewed, firstPacket: data)
        }
        guard packet.isKeyframe else { return }
        if stream.codec == .mjpeg {
            guard let size = JPEGHeader.size(of: data), size != (stream.width, stream.height) else { return }
            adopt(stream, firstPacket: data)
            return
        }
        guard let sets = ParameterSets.find(in: data, codec: stream.codec, isLengthPrefixed: stream.isLengthPrefixed),
            sets != parameterSets
        else { return }
        let isFirst = parameterSets == nil
        parameterSets = sets
        if isFirst {
            // The session description may say the same in other words: only another size tells that it was wrong.
            guard let size = PictureSize.probe(stream, packet: data), size != (stream.width, stream.height) else { return }
        }
        adopt(stream, firstPacket: data)
    }

    private mutating func adopt(_ info: StreamInfo, firstPacket: [UInt8]) {
        var renewed = info
        if let size = PictureSize.probe(info, packet: firstPacket) { (renewed.width, renewed.height) = size }
        if let sets = parameterSets, !info.isLengthPrefixed, info.codec != .mjpeg { renewed.extradata = sets }
        renewed.generation = stream.generation + 1
        counters.parameterChanges += 1
        stream = renewed
    }
}

extension StreamInfo {
    /// From an open source.
    fileprivate init(_ context: InputContext, sound: SoundInfo?, generation: Int) {
        let parameters = context.stream.pointee.codecpar.pointee
        let size = max(0, min(Int(parameters.extradata_size), 1 << 16))
        let extradata = parameters.extradata.map { [UInt8](UnsafeBufferPointer(start: $0, count: size)) } ?? []
        let rate = av_q2d(context.stream.pointee.avg_frame_rate)
        self.init(
            codec: context.codec, width: Int(parameters.width), height: Int(parameters.height), extradata: extradata,
            nominalFrameRate: rate.isFinite && rate > 0.1 && rate <= 1000 ? rate : nil, generation: generation, sound: sound
        )
    }
}
