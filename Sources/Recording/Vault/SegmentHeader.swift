package import Base
package import MediaTypes

/// The open head of an encrypted segment's file: which segment it is, and its key, sealed to everybody who may open it. Its bytes are the
/// context of the encryption, so that nothing opens behind a header that was changed. A plain segment has one without keys, in its sidecar.
package struct SegmentHeader: Sendable, Hashable {
    /// Bytes of its JSON at most.
    package static let maximumLength = 8 * 1024
    static let magic = Array("VGSEG001".utf8)
    static let version: Int64 = 1
    /// Bytes of the magic and of the JSON's length, which is big-endian.
    static let fixedLength = magic.count + 4
    /// Bytes of magic, length and JSON at most.
    package static let maximumEncodedLength = Int64(fixedLength + maximumLength)

    package let identity: SegmentIdentity
    package let track: SegmentTrack
    /// Wall-clock time of the first picture.
    package let start: Timestamp
    package let codec: VideoCodec
    /// What its file says about its tracks, so that whoever has no key can say it too; nil where the header does not tell, or there is no sound.
    package let video: VideoTrack?
    package let sound: SoundTrack?
    /// The commitment, 32 bytes, of the camera's segment before it on this track; nil for the first one.
    package let previous: [UInt8]?
    /// The segment's key, once for each recipient; empty for a plain segment.
    package let keys: [SealedDataKey]
    /// Magic, length and JSON, byte for byte as they stand in the file.
    package let encoded: [UInt8]

    /// Whether the segment's file is sealed; otherwise it is the plaintext, and the header is not in it.
    package var isEncrypted: Bool { !keys.isEmpty }

    /// A header to be written.
    /// - Throws: `RecordingError.malformed` for an id that is none, a commitment of another length, or more than fits in.
    package init(
        identity: SegmentIdentity, track: SegmentTrack, start: Timestamp, codec: VideoCodec, video: VideoTrack? = nil,
        sound: SoundTrack? = nil,
        previous: [UInt8]?, keys: [SealedDataKey]
    ) throws(RecordingError) {
        self.identity = identity
        self.track = track
        self.start = start
        self.codec = codec
        self.video = video
        self.sound = sound
        self.previous = previous
        self.keys = keys
        let json = SegmentHeaderJSON.encode(identity, track, start, codec, SegmentHeaderJSON.tracks(video, sound), previous, keys)
        var encoded = Self.magic
        ByteWriter.append(bigEndian: UInt32(clamping: json.count), to: &encoded)
        self.encoded = encoded + json
        try check()
    }

    /// Reads the header at the beginning of a file.
    /// - Parameter prefix: The file's first bytes, as many as are at hand; 12 show how many are needed.
    /// - Throws: `RecordingError`: `malformed` as soon as it is clear that this is no header; `unsupported` for a version or a compression
    ///   that this program does not know.
    package static func parse(_ prefix: [UInt8]) throws(RecordingError) -> Parsed {
        guard zip(prefix, magic).allSatisfy({ $0 == $1 }) else {
            throw RecordingError(.malformed, "the file is no encrypted segment: it does not begin with VGSEG001")
        }
        guard prefix.count >= fixedLength else { return .incomplete(needed: fixedLength) }
        let length = prefix[magic.count..<fixedLength].reduce(0) { $0 << 8 | Int($1) }
        guard (2...maximumLength).contains(length) else {
            throw RecordingError(.malformed, "the segment's header has \(length) bytes, and at most \(maximumLength) are allowed")
        }
        let end = fixedLength + length
        guard prefix.count >= end else { return .incomplete(needed: end) }
        return .header(try SegmentHeader(encoded: Array(prefix[..<end])))
    }

    /// What was found in a file's first bytes.
    package enum Parsed: Sendable, Hashable {
        case header(SegmentHeader)
        /// So many bytes from the beginning of the file are needed to go on.
        case incomplete(needed: Int)
    }

    private init(encoded: [UInt8]) throws(RecordingError) {
        self.encoded = encoded
        let json = try SegmentHeaderJSON(Array(encoded[Self.fixedLength...]))
        identity = try json.identity()
        track = try json.track()
        start = try json.start()
        codec = try json.codec()
        video = try json.video(codec)
        sound = try json.sound()
        previous = try json.previous()
        keys = try json.keys()
        try check()
    }
}
