package import Base
import Media
package import MediaTypes

/// What a camera did since the node started.
package struct CameraStatistics: Sendable {
    package var isOnline = false
    /// Packets and bytes received, all connections together.
    package var packets = 0
    package var bytes = 0
    /// Packets whose times were mended, and jumps of the camera's clock.
    package var mendedTimestamps = 0
    package var clockJumps = 0
    /// Packets that came damaged, and those that could not be used at all.
    package var corrupt = 0
    package var dropped = 0
    package var parameterChanges = 0
    /// Packets of sound that could not be used.
    package var droppedSounds = 0
    /// Connections made, and attempts that failed or connections that ended.
    package var connections = 0
    package var failures = 0
    /// Times that the camera went from online to offline.
    package var interruptions = 0
    /// Over the last seconds: pictures a second, bits a second.
    package var frameRate = 0.0
    package var bitRate = 0.0
    /// Of the present or last connection.
    package var stream: StreamInfo?
    /// Arrival of the last packet.
    package var lastPacket: Timestamp?
    /// The present connection's own counters, and those of all before it.
    private var closed = DemuxCounters()

    package init() {}

    /// Takes over what the demuxer of the present connection counted.
    mutating func update(_ counters: DemuxCounters) {
        packets = closed.packets + counters.packets
        bytes = closed.bytes + counters.bytes
        mendedTimestamps = closed.mendedTimestamps + counters.mendedTimestamps
        clockJumps = closed.clockJumps + counters.clockJumps
        corrupt = closed.corrupt + counters.corrupt
        dropped = closed.dropped + counters.dropped
        droppedSounds = closed.droppedSounds + counters.droppedSounds
        parameterChanges = closed.parameterChanges + counters.parameterChanges
    }

    /// Keeps the totals when a connection has ended.
    mutating func close() {
        closed.packets = packets
        closed.bytes = bytes
        closed.mendedTimestamps = mendedTimestamps
        closed.clockJumps = clockJumps
        closed.corrupt = corrupt
        closed.dropped = dropped
        closed.parameterChanges = parameterChanges
        closed.droppedSounds = droppedSounds
    }
}
