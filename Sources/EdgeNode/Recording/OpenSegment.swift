import Base
import Media
import MediaTypes
import Protocol
import Recording

/// The segment that a camera's recording thread is writing. Not `Sendable` on purpose: it is that thread's.
final class OpenSegment {
    let row: SegmentRow
    /// Of the packets that belong to it.
    let generation: Int
    private var assembler: FragmentAssembler
    /// All of a segment is on the time of day that it began with.
    private var clock: StreamClock
    private let writer: SegmentWriter
    /// On the stream's clock, in seconds.
    private let begin: Double
    /// Up to where its pictures count.
    private(set) var durableEnd: Timestamp

    /// Begins a segment: its row first, then its files.
    /// - Parameters:
    ///   - packet: A keyframe.
    ///   - previous: The commitment of the segment before it.
    /// - Throws: `RecordingError`, `DurableFile.Failure`.
    init(
        _ packet: EncodedPacket, of stream: StreamInfo, camera: String, track: SegmentTrack, keep: SegmentRow.Class, keys: RecordingKeys,
        previous: [UInt8]?, library: RecordingLibrary
    ) throws {
        let video = try VideoTrack(stream: stream, keyframe: packet.data)
        let sound = try? stream.sound.map { try SoundTrack(configuration: $0.configuration) }
        let identity = SegmentIdentity(site: keys.site, node: keys.node, camera: camera, segment: EventID(at: packet.timestamp))
        let key = keys.recipients.isEmpty ? nil : DataKey()
        let header = try SegmentHeader(
            identity: identity, track: track, start: packet.timestamp, codec: stream.codec, video: video, sound: sound, previous: previous,
            keys: key?.seal(to: keys.recipients, for: identity) ?? [])
        let contents = SegmentContents(header: header, key: key, video: video, sound: sound)
        var row = SegmentRow(
            id: identity.segment, camera: camera, track: track, start: packet.timestamp, isEncrypted: key != nil, keep: keep)
        row.commitment = contents.commitment
        try library.begin(row)
        do { writer = try SegmentWriter(row, contents, folder: library.folder) } catch {
            // Where this fails too the upkeep goes on with it.
            _ = try? library.remove(row)
            library.abandon(row.id)
            throw error
        }
        self.row = row
        generation = packet.generation
        assembler = FragmentAssembler(first: packet, of: stream, sound: sound)
        clock = StreamClock(packet)
        durableEnd = packet.timestamp
        begin = packet.decodeTime.seconds
    }

    /// Bytes of its file so far.
    var bytes: Int64 { writer.bytes }

    /// Seconds that were waited for the disk so far.
    var syncSeconds: Double { writer.syncSeconds }

    /// Whether its pictures go over so many seconds.
    func isLong(_ seconds: Double, at packet: EncodedPacket) -> Bool { packet.decodeTime.seconds - begin >= seconds }

    /// Seconds by which the clock was set since its beginning, as a packet shows it; 0 where it was not.
    func step(to packet: EncodedPacket) -> Double { clock.step(to: packet) }

    /// Takes the next packet. One behind a step of the clock is put where it would be without: it needs the pictures before it.
    /// - Returns: What counts now and did not before.
    /// - Throws: `DurableFile.Failure`, `RecordingError`: nothing more can be written then.
    func take(_ packet: EncodedPacket) throws -> [SegmentWriter.Durable] {
        clock.follow(packet)
        var packet = packet
        packet.timestamp = packet.timestamp.advanced(bySeconds: -clock.step(to: packet))
        guard let fragment = assembler.take(packet) else { return [] }
        // One that was long in coming waits for no other: of a slow camera two are more than may be lost.
        let isLong = fragment.end.seconds(since: fragment.start) > FragmentAssembler.length + 0.0001
        return note(try writer.write(fragment, mayWait: !isLong))
    }

    /// Writes all there is: nothing more comes for now.
    func flush() throws -> [SegmentWriter.Durable] {
        guard let fragment = assembler.flush() else { return note(try writer.flush()) }
        return note(try writer.write(fragment, mayWait: false))
    }

    /// Ends the segment.
    /// - Parameter next: The packet that follows without a hole.
    func finish(next: EncodedPacket?) throws -> [SegmentWriter.Durable] {
        var durable: [SegmentWriter.Durable] = []
        if let fragment = assembler.flush(next: next) { durable = try writer.write(fragment) }
        return note(durable + (try writer.finish()))
    }

    private func note(_ durable: [SegmentWriter.Durable]) -> [SegmentWriter.Durable] {
        for stretch in durable { durableEnd = max(durableEnd, stretch.end) }
        return durable
    }
}
