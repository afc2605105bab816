import MediaTypes

/// The one entry of a track's `stsd` box.
enum SampleEntry {
    /// `avc1` or `hvc1`: parameter sets are in the entry (ISO/IEC 14496-12, 12.1.3; -15, 5.4.2 and 8.4.1).
    static func write(_ track: VideoTrack, to out: inout BoxWriter) {
        let isHEVC = track.codec == .hevc
        out.box(isHEVC ? "hvc1" : "avc1") {
            $0.zeros(6)
            $0.u16(1)
            $0.zeros(16)
            $0.u16(track.width)
            $0.u16(track.height)
            // 72 dots an inch, both ways.
            $0.u32(UInt32(0x48_0000))
            $0.u32(UInt32(0x48_0000))
            $0.zeros(4)
            $0.u16(1)
            // No name of a compressor; 24 bits of colour.
            $0.zeros(32)
            $0.u16(24)
            $0.u16(-1)
            $0.box(isHEVC ? "hvcC" : "avcC") { $0.append(track.configuration) }
        }
    }

    /// `mp4a` with its `esds` (ISO/IEC 14496-12, 12.2.3; -14, 5.6; descriptors: 14496-1, 7.2.6).
    static func write(_ track: SoundTrack, to out: inout BoxWriter) {
        out.box("mp4a") {
            $0.zeros(6)
            $0.u16(1)
            $0.zeros(8)
            $0.u16(track.channels)
            $0.u16(16)
            $0.zeros(4)
            // 16.16; a rate that does not fit is in the configuration alone.
            $0.u16(track.sampleRate > 0xffff ? 0 : track.sampleRate)
            $0.u16(0)
            $0.fullBox("esds") { writeDescriptors(track, to: &$0) }
        }
    }

    private static func writeDescriptors(_ track: SoundTrack, to out: inout BoxWriter) {
        // At most 64, so that every length is one byte.
        let count = UInt8(clamping: track.configuration.count)
        out.append([3, 23 + count, 0, 0, 0])
        // MPEG-4 audio, an audio stream; size of its buffer and bit rates unknown.
        out.append([4, 15 + count, 0x40, 0x15])
        out.zeros(11)
        out.append([5, count])
        out.append(track.configuration)
        out.append([6, 1, 2])
    }
}
