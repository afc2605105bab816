/// What a demuxer met so far.
package struct DemuxCounters: Sendable, Equatable {
    /// Packets handed out, and their bytes.
    package var packets = 0
    package var bytes = 0
    /// Packets whose times were missing or wrong and were mended.
    package var mendedTimestamps = 0
    /// Jumps of the source's clock.
    package var clockJumps = 0
    /// Packets that the container or the transport marked as damaged; they are handed out.
    package var corrupt = 0
    /// Packets without content, or read errors that reading survived: nothing is handed out for them.
    package var dropped = 0
    /// Packets of sound that could not be used.
    package var droppedSounds = 0
    /// Changes of codec, size or parameter sets.
    package var parameterChanges = 0

    package init() {}
}
