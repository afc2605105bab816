package import MediaTypes

/// Makes a camera's packets into fragmented MP4 for whoever watches now: one fragment a picture, ready as soon as the picture is there.
///
/// How long a picture is shown is known only with the next one. It is said to be as long as the one before; decode times are
/// absolute, so that nothing adds up.
package struct LiveMuxer: Sendable {
    /// What comes of a packet.
    package struct Output: Sendable {
        /// Ahead of the fragment where the stream begins or has changed: the codec's name, and `ftyp` with `moov`.
        package var start: (codec: String, initialization: [UInt8])?
        package var fragment: [UInt8]
    }

    private var generation: Int?
    private var sequence: UInt32 = 0
    private var last: Int64?
    private var duration = 0

    package init() {}

    /// - Returns: Nil for what cannot be decoded without something that has not been there.
    /// - Throws: `RecordingError` for a stream that MP4 cannot hold.
    package mutating func take(_ packet: EncodedPacket, of stream: StreamInfo) throws -> Output? {
        var start: (String, [UInt8])?
        if generation != packet.generation {
            guard packet.isKeyframe else { return nil }
            let track = try VideoTrack(stream: stream, keyframe: packet.data)
            start = (track.codecString, CMAF.initialization(video: track, sound: nil))
            generation = packet.generation
            last = nil
            duration = Int(Double(VideoTrack.timescale) / max(1, min(stream.nominalFrameRate ?? 15, 1000)))
        }
        let decode = VideoTrack.ticks(packet.decodeTime)
        // A camera that paused is no measure of the next picture.
        if let last, decode > last, decode - last < 2 * Int64(VideoTrack.timescale) { duration = Int(decode - last) }
        last = decode
        let picture = PictureData.sample(packet.data, stream: stream)
        let shift = Int(clamping: max(0, VideoTrack.ticks(packet.presentationTime) - decode))
        let sample = MediaSample(size: picture.count, duration: duration, shift: shift, isKeyframe: packet.isKeyframe)
        sequence &+= 1
        let head = CMAF.fragmentHeader(sequence: sequence, runs: [TrackRun(track: .video, decodeTime: decode, samples: [sample])])
        return Output(start: start, fragment: head + picture)
    }
}
