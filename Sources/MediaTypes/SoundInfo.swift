/// What a recording has to know about a stream's sound before its first frame: AAC, as the camera sends it or as it was encoded of G.711.
package struct SoundInfo: Sendable, Equatable {
    /// The AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
    package var configuration: [UInt8]

    /// Samples a second, by their number in a configuration (ISO/IEC 14496-3, table 1.18).
    package static let sampleRates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]

    package init(configuration: [UInt8]) { self.configuration = configuration }
}
