import Base

/// What lies ahead of the media in an ordinary MP4 file: `ftyp`, `moov` and the head of `mdat` (ISO/IEC 14496-12).
enum MovieHead {
    static func make(_ assembly: PlaybackAssembly, video: VideoTrack, sound: SoundTrack?, created: Timestamp) -> [UInt8] {
        func movie(base: Int64?, isWide: Bool, to out: inout BoxWriter) {
            out.box("moov") {
                let seconds = created.microseconds / 1_000_000
                MovieBoxes.movieHeader(created: seconds, duration: Int64(assembly.shown.count), to: &$0)
                writeVideo(assembly, video, base: base, isWide: isWide, to: &$0)
                if let sound { writeSound(assembly, sound, base: base, isWide: isWide, to: &$0) }
            }
        }
        var plain = BoxWriter()
        writeType(to: &plain)
        movie(base: nil, isWide: false, to: &plain)
        // Places of chunks are of one width, so that the head's length is known before they are.
        let mediaHead = assembly.length > Int64(UInt32.max) - 8 ? 16 : 8
        func length(isWide: Bool) -> Int64 {
            let places = assembly.video.placesSize(isWide: isWide) + (sound == nil ? 0 : assembly.sound.placesSize(isWide: isWide))
            return Int64(plain.count + places + mediaHead)
        }
        let isWide = length(isWide: false) + assembly.length > Int64(UInt32.max)
        let base = length(isWide: isWide)
        var out = BoxWriter(capacity: Int(base))
        writeType(to: &out)
        movie(base: base, isWide: isWide, to: &out)
        out.u32(mediaHead == 16 ? 1 : UInt32(clamping: assembly.length + 8))
        out.text("mdat")
        if mediaHead == 16 { out.u64(assembly.length + 16) }
        return out.finish()
    }

    private static func writeType(to out: inout BoxWriter) {
        out.box("ftyp") {
            $0.text("isom")
            $0.u32(0x200)
            $0.text("isomiso2mp41")
        }
    }

    private static func writeVideo(
        _ assembly: PlaybackAssembly, _ video: VideoTrack, base: Int64?, isWide: Bool, to out: inout BoxWriter
    ) {
        var track = MovieBoxes.Track(video)
        track.mediaDuration = assembly.video.duration
        track.movieDuration = Int64(assembly.shown.count)
        MovieBoxes.track(
            track, entry: { SampleEntry.write(video, to: &$0) },
            edits: { writeEdit(duration: track.movieDuration, start: assembly.shown.lowerBound, to: &$0) },
            tables: { assembly.video.write(base: base, isWide: isWide, to: &$0) }, to: &out)
    }

    private static func writeSound(
        _ assembly: PlaybackAssembly, _ sound: SoundTrack, base: Int64?, isWide: Bool, to out: inout BoxWriter
    ) {
        var track = MovieBoxes.Track(sound)
        track.mediaDuration = assembly.sound.duration
        track.movieDuration = Ticks.video(sound: Int64(assembly.heard.count), rate: sound.sampleRate)
        MovieBoxes.track(
            track, entry: { SampleEntry.write(sound, to: &$0) },
            edits: { writeEdit(duration: track.movieDuration, start: assembly.heard.lowerBound, to: &$0) },
            tables: { assembly.sound.write(base: base, isWide: isWide, to: &$0) }, to: &out)
    }

    /// One edit: more are not understood by every reader (ISO/IEC 14496-12, 8.6.6).
    /// - Parameters:
    ///   - duration: Ticks of the movie.
    ///   - start: Ticks of the track.
    private static func writeEdit(duration: Int64, start: Int64, to out: inout BoxWriter) {
        let isLong = MovieBoxes.isLong(duration) || start > Int64(Int32.max)
        out.box("edts") {
            $0.fullBox("elst", version: isLong ? 1 : 0) {
                $0.u32(1)
                MovieBoxes.number(duration, isLong, to: &$0)
                MovieBoxes.number(start, isLong, to: &$0)
                // At normal speed.
                $0.u16(1)
                $0.u16(0)
            }
        }
    }
}
