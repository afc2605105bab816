import MediaTypes
import Recording
import TestSupport
import Testing

@Suite("VideoTrack")
struct VideoTrackTests {
    @Test("The configuration is that which ffmpeg makes of the same sets", arguments: SourceClip.Packing.allCases)
    func h264(_ packing: SourceClip.Packing) throws {
        let clip = try SourceClip.bFrames.get()
        let (info, pictures) = clip.packed(packing)
        let track = try VideoTrack(stream: info, keyframe: pictures[0])
        #expect(track.configuration == clip.info.extradata)
        let bytes = clip.info.extradata
        #expect(track.codecString == "avc1." + bytes[1...3].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        #expect(track.codecString.hasPrefix("avc1.6400"))
        #expect((track.width, track.height) == (320, 240))
    }

    @Test("HEVC's profile, level and depth are read from its sets", arguments: [SourceClip.Packing.annexB, .inBand])
    func hevc(_ packing: SourceClip.Packing) throws {
        let clip = try SourceClip.hevc.get()
        let (info, pictures) = clip.packed(packing)
        let made = try VideoTrack(stream: info, keyframe: pictures[0])
        let given = try VideoTrack(stream: clip.info, keyframe: [])
        // All up to the number of arrays, but for what ffmpeg knows besides: how a picture may be cut for parallel decoding.
        #expect(made.configuration[0..<13] == given.configuration[0..<13])
        #expect(made.configuration[16..<19] == given.configuration[16..<19])
        #expect(made.configuration[21] == given.configuration[21])
        #expect(made.codecString == given.codecString)
        #expect(made.codecString == "hvc1.1.6.L60.90")
    }

    @Test("MJPEG is refused, and so is a stream without parameter sets or size")
    func refused() {
        var info = StreamInfo(codec: .mjpeg, width: 320, height: 240, extradata: [], nominalFrameRate: nil, generation: 0)
        #expect { try VideoTrack(stream: info, keyframe: []) } throws: { ($0 as? RecordingError)?.code == .unsupported }
        info.codec = .h264
        #expect { try VideoTrack(stream: info, keyframe: [0, 0, 1, 0x65, 1]) } throws: { ($0 as? RecordingError)?.code == .malformed }
        info.width = 0
        #expect { try VideoTrack(stream: info, keyframe: []) } throws: { ($0 as? RecordingError)?.code == .malformed }
    }

    @Test("Lengths of two bytes in the given configuration become four")
    func lengths() throws {
        var info = try SourceClip.h264.get().info
        let expected = info.extradata
        info.extradata[4] = 0xfd
        #expect(try VideoTrack(stream: info, keyframe: []).configuration == expected)
    }

    @Test("A set that is broken or cut off is no reason to end")
    func noise() throws {
        var noise = SeededGenerator(seed: 5)
        var made = 0
        for codec in [VideoCodec.h264, .hevc] {
            let clip = try (codec == .hevc ? SourceClip.hevc : SourceClip.h264).get()
            let sets = clip.packed(.annexB).info.extradata
            for _ in 0..<5000 {
                var bytes = Array(sets.prefix(Int(noise.next() % UInt64(sets.count + 1))))
                if noise.next() % 2 == 0 { bytes = sets }
                for _ in 0..<noise.next() % 4 where !bytes.isEmpty {
                    bytes[Int(noise.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: noise.next())
                }
                let info = StreamInfo(codec: codec, width: 8, height: 8, extradata: bytes, nominalFrameRate: nil, generation: 0)
                guard let track = try? VideoTrack(stream: info, keyframe: noise.codedBytes(20)) else { continue }
                made += track.codecString.isEmpty ? 0 : 1
            }
        }
        #expect(made > 1000)
    }

    @Test("Sound's rate and channels are those of its configuration")
    func sound() throws {
        let track = try SoundTrack(configuration: [0x11, 0x90])
        #expect(track.sampleRate == 48_000 && track.channels == 2 && track.timescale == 48_000)
        #expect(track.codecString == "mp4a.40.2")
        #expect(try SoundTrack(configuration: [0x14, 0x08]).sampleRate == 16_000)
        #expect { try SoundTrack(configuration: [0x11]) } throws: { ($0 as? RecordingError)?.code == .malformed }
        #expect { try SoundTrack(configuration: [0x17, 0x08]) } throws: { ($0 as? RecordingError)?.code == .malformed }
        var noise = SeededGenerator(seed: 6)
        for _ in 0..<2000 { _ = try? SoundTrack(configuration: noise.codedBytes(Int(noise.next() % 80))) }
    }
}
