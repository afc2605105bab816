import Base
import Protocol

/// What a viewer is sent of a camera's packets: made by one task, one packet after the other.
protocol LiveTranscript: Sendable {
    /// - Parameter isLast: Nothing else waits: this is the newest.
    /// - Returns: The records that it becomes, as they travel.
    mutating func records(of packet: LivePacket, isLast: Bool) async -> [UInt8]
}
