/// Finds the time of a live stream's first pictures, which RTP often leaves out.
///
/// Where pictures are reordered the next packet's time is no help alone: the earliest of the next few is one frame after the first one.
struct OpeningTimes: Sendable {
    /// Pictures with a time that tell where the stream begins: more than decoders reorder in practice.
    private static let enough = 5
    private static let atMost = 16

    private var held: [RawPacket] = []
    private var isDone = false

    /// Takes a packet and returns those that can go on, in order.
    mutating func take(_ packet: RawPacket, frameDuration: Int64) -> [RawPacket] {
        if isDone { return [packet] }
        if held.isEmpty, packet.presentation != nil {
            isDone = true
            return [packet]
        }
        held.append(packet)
        let known = held.compactMap(\.presentation)
        guard known.count >= Self.enough || held.count >= Self.atMost else { return [] }
        return release(frameDuration: frameDuration)
    }

    /// What is held back still, when no more packets come.
    mutating func release(frameDuration: Int64) -> [RawPacket] {
        isDone = true
        defer { held = [] }
        guard let earliest = held.compactMap(\.presentation).min() else { return held }
        let missing = held.prefix { $0.presentation == nil }.count
        for index in 0..<missing {
            held[index].presentation = earliest &- frameDuration &* Int64(missing - index)
        }
        return held
    }
}
