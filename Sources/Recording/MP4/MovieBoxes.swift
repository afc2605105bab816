/// The boxes that a fragmented and an ordinary file have in common (ISO/IEC 14496-12, 8).
enum MovieBoxes {
    /// What a track's boxes say of it.
    struct Track {
        var kind: TrackKind
        /// Ticks a second.
        var timescale: Int
        /// Ticks of its own timescale.
        var mediaDuration: Int64 = 0
        /// Ticks of the movie's timescale.
        var movieDuration: Int64 = 0
        /// In pixels; zero for sound.
        var width = 0
        var height = 0

        init(_ video: VideoTrack) {
            kind = .video
            timescale = VideoTrack.timescale
            width = video.width
            height = video.height
        }

        init(_ sound: SoundTrack) {
            kind = .sound
            timescale = sound.timescale
        }
    }

    /// Ticks a second of the movie: those of the video, so that edits are exact.
    static let timescale = VideoTrack.timescale

    /// Seconds from 1904, where the format's clock begins, to 1970.
    private static let epoch: Int64 = 2_082_844_800

    /// - Parameters:
    ///   - created: Seconds since 1970; nil for unknown.
    ///   - duration: Ticks of the movie's timescale; zero for unknown.
    static func movieHeader(created: Int64?, duration: Int64, to out: inout BoxWriter) {
        let time = created.map { $0 + epoch } ?? 0
        let isLong = isLong(duration) || isLong(time)
        out.fullBox("mvhd", version: isLong ? 1 : 0) {
            for _ in 0..<2 { number(time, isLong, to: &$0) }
            $0.u32(timescale)
            number(duration, isLong, to: &$0)
            // Speed and volume: as they are.
            $0.u32(UInt32(0x1_0000))
            $0.u16(0x100)
            $0.zeros(10)
            matrix(to: &$0)
            $0.zeros(24)
            $0.u32(TrackKind.sound.rawValue + 1)
        }
    }

    /// A `trak` box.
    /// - Parameters:
    ///   - edits: Writes what is between the track's header and its media; may write nothing.
    ///   - tables: Writes what follows `stsd` in `stbl`.
    static func track(
        _ track: Track, entry: (inout BoxWriter) -> Void, edits: (inout BoxWriter) -> Void, tables: (inout BoxWriter) -> Void,
        to out: inout BoxWriter
    ) {
        out.box("trak") {
            trackHeader(track, to: &$0)
            edits(&$0)
            $0.box("mdia") {
                mediaHeader(track, to: &$0)
                handler(track.kind, to: &$0)
                $0.box("minf") {
                    switch track.kind {
                    case .video: $0.fullBox("vmhd", flags: 1) { $0.zeros(8) }
                    case .sound: $0.fullBox("smhd") { $0.zeros(4) }
                    }
                    $0.box("dinf") {
                        $0.fullBox("dref") {
                            $0.u32(1)
                            // The media is in this same file.
                            $0.fullBox("url ", flags: 1) { _ in }
                        }
                    }
                    $0.box("stbl") {
                        $0.fullBox("stsd") {
                            $0.u32(1)
                            entry(&$0)
                        }
                        tables(&$0)
                    }
                }
            }
        }
    }

    private static func trackHeader(_ track: Track, to out: inout BoxWriter) {
        let isLong = isLong(track.movieDuration)
        // Enabled, and part of the movie.
        out.fullBox("tkhd", version: isLong ? 1 : 0, flags: 3) {
            for _ in 0..<2 { number(0, isLong, to: &$0) }
            $0.u32(track.kind.rawValue)
            $0.zeros(4)
            number(track.movieDuration, isLong, to: &$0)
            $0.zeros(12)
            $0.u16(track.kind == .sound ? 0x100 : 0)
            $0.zeros(2)
            matrix(to: &$0)
            $0.u32(track.width << 16)
            $0.u32(track.height << 16)
        }
    }

    private static func mediaHeader(_ track: Track, to out: inout BoxWriter) {
        let isLong = isLong(track.mediaDuration)
        out.fullBox("mdhd", version: isLong ? 1 : 0) {
            for _ in 0..<2 { number(0, isLong, to: &$0) }
            $0.u32(track.timescale)
            number(track.mediaDuration, isLong, to: &$0)
            // No language: "und", five bits a letter.
            $0.u16(0x55c4)
            $0.u16(0)
        }
    }

    private static func handler(_ kind: TrackKind, to out: inout BoxWriter) {
        out.fullBox("hdlr") {
            $0.zeros(4)
            $0.text(kind == .video ? "vide" : "soun")
            $0.zeros(12)
            $0.text(kind == .video ? "Video" : "Sound")
            $0.u8(0)
        }
    }

    /// The picture as it is.
    private static func matrix(to out: inout BoxWriter) {
        for value in [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000] as [UInt32] { out.u32(value) }
    }

    /// Whether a number needs the boxes' version of 64 bits.
    static func isLong(_ value: Int64) -> Bool { value > Int64(UInt32.max) }

    static func number(_ value: Int64, _ isLong: Bool, to out: inout BoxWriter) {
        if isLong { out.u64(value) } else { out.u32(value) }
    }
}
