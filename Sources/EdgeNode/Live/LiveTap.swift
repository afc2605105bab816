package import Base
package import Media
package import MediaTypes
private import Synchronization

/// Where live viewers get a camera's packets: it keeps the present group of pictures, so that whoever comes sees a picture at once and not at
/// the next keyframe.
package final class LiveTap: PacketConsumer {
    /// Bytes of a group that are kept; of a larger one nothing is, and its viewers wait for the next.
    package static let groupLimit = 32 << 20
    /// Seconds that a viewer may be behind at a keyframe before it is taken to it.
    private static let lag = 1.0

    private struct State {
        var group = PresentGroup<LivePacket>(byteLimit: groupLimit)
        var viewers: [Int: GroupBacklog<LivePacket>] = [:]
        var lastNumber = 0
    }

    private let clock: any WallClock
    private let onDropped: @Sendable (Int) -> Void
    private let state = Mutex(State())

    /// - Parameter onDropped: Told how many pictures a viewer was too slow for.
    package init(clock: any WallClock, onDropped: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.clock = clock
        self.onDropped = onDropped
    }

    /// Viewers at present.
    package var viewerCount: Int { state.withLock { $0.viewers.count } }

    /// Somebody begins to watch; ended by `leave`.
    package func join() -> (number: Int, backlog: GroupBacklog<LivePacket>) {
        // Twice a group: one that is sent, and one that comes meanwhile.
        let backlog = GroupBacklog<LivePacket>(byteLimit: 2 * Self.groupLimit, lag: Self.lag, onDropped: onDropped)
        let uptime = clock.uptime
        return state.withLock { state in
            for packet in state.group.elements { Self.send(packet, to: backlog, at: uptime) }
            state.lastNumber += 1
            state.viewers[state.lastNumber] = backlog
            return (state.lastNumber, backlog)
        }
    }

    package func leave(_ number: Int) { state.withLock { $0.viewers.removeValue(forKey: number) }?.finish() }

    package func receive(_ packet: EncodedPacket, of stream: StreamInfo) {
        let packet = LivePacket(packet: packet, stream: stream)
        let uptime = clock.uptime
        state.withLock { state in
            state.group.add(packet, opens: packet.packet.isKeyframe, bytes: packet.packet.byteCount)
            for backlog in state.viewers.values { Self.send(packet, to: backlog, at: uptime) }
        }
    }

    package func interrupted(_ why: MediaError.Code) {
        state.withLock { state in
            state.group.removeAll()
            for backlog in state.viewers.values { backlog.interrupt() }
        }
    }

    private static func send(_ packet: LivePacket, to backlog: GroupBacklog<LivePacket>, at uptime: Double) {
        backlog.send(packet, packet.packet.isKeyframe ? .opening : .following, bytes: packet.packet.byteCount, at: uptime)
    }
}
