/// One compressed picture, or one frame of sound, as an MP4 file describes it. Times are in ticks of its track's timescale.
package struct MediaSample: Sendable, Hashable {
    /// Bytes.
    package var size: Int
    /// Ticks until the next one is decoded.
    package var duration: Int
    /// Ticks from decoding to showing; not negative.
    package var shift: Int
    /// Decoding can start here; always true for sound.
    package var isKeyframe: Bool

    package init(size: Int, duration: Int, shift: Int = 0, isKeyframe: Bool) {
        self.size = size
        self.duration = duration
        self.shift = shift
        self.isKeyframe = isKeyframe
    }
}
