import MediaTypes

/// What an MP4 file says about its sound: AAC.
package struct SoundTrack: Sendable, Hashable {
    /// Samples a second; also the ticks a second of the track's times.
    package let sampleRate: Int
    package let channels: Int
    /// The AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
    package let configuration: [UInt8]
    /// Samples of each frame.
    package let frameLength: Int

    /// Ticks a second.
    package var timescale: Int { sampleRate }

    /// - Parameters:
    ///   - configuration: An AudioSpecificConfig of 2 to 64 bytes.
    ///   - sampleRate: Samples a second; nil for what the configuration says.
    ///   - channels: Nil for what the configuration says.
    /// - Throws: `RecordingError.malformed`.
    package init(configuration: [UInt8], sampleRate: Int? = nil, channels: Int? = nil) throws {
        guard (2...64).contains(configuration.count), let said = Self.read(configuration) else {
            throw RecordingError(.malformed, "the sound's configuration is not that of AAC")
        }
        let rate = sampleRate ?? said.rate
        let count = channels ?? said.channels
        guard (1...192_000).contains(rate), (1...64).contains(count) else {
            throw RecordingError(.malformed, "the sound has no usable sample rate or number of channels")
        }
        self.configuration = configuration
        frameLength = said.length
        self.sampleRate = rate
        self.channels = count
    }

    /// The name of the codec for Media Source (RFC 6381), such as `mp4a.40.2`.
    package var codecString: String { "mp4a.40.\(Self.objectType(configuration)?.type ?? 2)" }

    private static func read(_ bytes: [UInt8]) -> (rate: Int, channels: Int, length: Int)? {
        guard var reader = objectType(bytes)?.reader, let index = reader.bits(4) else { return nil }
        let rate: Int
        if index == 15 {
            guard let explicit = reader.bits(24) else { return nil }
            rate = Int(explicit)
        } else {
            guard index < SoundInfo.sampleRates.count else { return nil }
            rate = SoundInfo.sampleRates[Int(index)]
        }
        guard let layout = reader.bits(4) else { return nil }
        // 7 stands for 7.1; 0 for a list of channels further on, which no camera sends.
        // The next bit says whether frames are a little shorter (14496-3, 4.4.1); with a second rate something else stands there.
        let isShort = objectType(bytes)?.type == 2 && reader.flag() == true
        return (rate, layout == 7 ? 8 : layout == 0 ? 2 : Int(layout), isShort ? 960 : 1024)
    }

    private static func objectType(_ bytes: [UInt8]) -> (type: Int, reader: BitReader)? {
        var reader = BitReader(plain: bytes)
        guard let short = reader.bits(5) else { return nil }
        if short != 31 { return (Int(short), reader) }
        guard let long = reader.bits(6) else { return nil }
        return (32 + Int(long), reader)
    }
}
