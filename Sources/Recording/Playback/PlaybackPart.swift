package import Base

/// One segment, as far as it is played.
package struct PlaybackPart: Sendable, Hashable {
    /// The caller's number for the segment; it comes back in the pieces.
    package var id: Int
    /// Wall-clock time of the segment's start.
    package var start: Timestamp
    /// In the order in which they lie in the segment; not all of them need be here.
    package var fragments: [FragmentRecord]
    package var video: VideoTrack
    package var sound: SoundTrack?

    package init(id: Int, start: Timestamp, fragments: [FragmentRecord], video: VideoTrack, sound: SoundTrack?) {
        self.id = id
        self.start = start
        self.fragments = fragments
        self.video = video
        self.sound = sound
    }
}
