/// What a recording has to know about a stream's sound before its first frame: AAC, as the camera sends it or as it was encoded of G.711.
package struct SoundInfo: Sendable, Equatable {
    /// The AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
    package var configuration: [UInt8]

    package init(configuration: [UInt8]) { self.configuration = configuration }
}
