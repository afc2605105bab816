package import MediaTypes

/// What an MP4 file says about its pictures.
package struct VideoTrack: Sendable, Hashable {
    /// Ticks a second: the clock of RTP, in which cameras count.
    package static let timescale = 90_000

    /// H.264 or HEVC.
    package let codec: VideoCodec
    /// In pixels.
    package let width: Int
    package let height: Int
    /// The content of the `avcC` or `hvcC` box, for lengths of four bytes.
    package let configuration: [UInt8]

    /// What a segment's header says of them.
    init(codec: VideoCodec, width: Int, height: Int, configuration: [UInt8]) {
        self.codec = codec
        self.width = width
        self.height = height
        self.configuration = configuration
    }

    /// Takes the parameter sets from the stream's own configuration, and where that has none from its first keyframe.
    /// - Parameter keyframe: As the stream packs it.
    /// - Throws: `RecordingError.unsupported` for MJPEG, `RecordingError.malformed` where parameter sets or the size are missing or broken.
    package init(stream: StreamInfo, keyframe: [UInt8]) throws {
        guard stream.codec != .mjpeg else {
            throw RecordingError(.unsupported, "MJPEG cannot be recorded: set the camera to H.264 or H.265")
        }
        guard (1...0xffff).contains(stream.width), (1...0xffff).contains(stream.height) else {
            throw RecordingError(.malformed, "the stream's pictures have no size that can be recorded")
        }
        codec = stream.codec
        width = stream.width
        height = stream.height
        if let given = Self.givenConfiguration(stream) {
            configuration = given
            return
        }
        var sets = ParameterSetList(codec: stream.codec)
        if !stream.isLengthPrefixed { sets.add(annexB: stream.extradata) }
        if !sets.isComplete {
            sets = ParameterSetList(codec: stream.codec)
            if stream.isLengthPrefixed {
                sets.add(prefixed: keyframe, lengthSize: ParameterSetList.lengthSize(stream))
            } else {
                sets.add(annexB: stream.extradata)
                sets.add(annexB: keyframe)
            }
        }
        let made = codec == .hevc ? HEVCConfiguration.make(sets) : AVCConfiguration.make(sets)
        guard let made else {
            throw RecordingError(.malformed, "the stream has no usable parameter sets in front of its first keyframe")
        }
        configuration = made
    }

    /// The stream's `avcC` or `hvcC`, changed only so that lengths have four bytes; nil where it is none, or holds no parameter sets.
    private static func givenConfiguration(_ stream: StreamInfo) -> [UInt8]? {
        var bytes = stream.extradata
        let at = ParameterSetList.lengthSizeIndex(stream.codec)
        // The sequence parameter sets of `avcC`, the arrays of `hvcC`: their number follows the length's.
        guard stream.isLengthPrefixed, bytes.count > at + 3 else { return nil }
        let hasSets = stream.codec == .hevc ? bytes[at + 1] > 0 : bytes[at + 1] & 0x1f > 0
        guard hasSets else { return nil }
        bytes[at] |= 3
        return bytes
    }

    /// A time of a stream in ticks, to the nearest.
    package static func ticks(_ time: MediaTime) -> Int64 {
        let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds * Int64(timescale) + (rest * Int64(timescale) + (rest < 0 ? -500_000_000 : 500_000_000)) / 1_000_000_000
    }

    /// The name of the codec for Media Source (RFC 6381; HEVC: ISO/IEC 14496-15, annex E.3), such as `avc1.64001f` or `hvc1.1.6.L93.B0`.
    package var codecString: String {
        codec == .hevc ? HEVCConfiguration.codecString(configuration) : AVCConfiguration.codecString(configuration)
    }
}
