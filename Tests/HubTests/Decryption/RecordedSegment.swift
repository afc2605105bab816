import Base
import Foundation
import MediaTypes
import Protocol
import Recording
import TestSupport
import Trust

/// A segment as a node writes it, with its sidecar, in memory.
struct RecordedSegment {
    static let start = Timestamp(microseconds: 1_764_057_600_123_456)

    /// `ftyp`, `moov` and all fragments; what these are is of no interest to the encryption.
    let plaintext: [UInt8]
    /// Where each fragment ends in it.
    let ends: [Int64]
    /// The whole `.vge`, with its end.
    let file: [UInt8]
    /// The sidecar's records: the head, one for each fragment, the end.
    let records: [[UInt8]]
    /// Bytes before the first chunk.
    let headLength: Int

    /// - Parameters:
    ///   - parts: The initialization and the fragments.
    ///   - fills: Whether every other fragment is filled up to the end of its chunk, as after half a second in which no other came.
    init(_ parts: [[UInt8]], to recipients: [SealingPublicKey], camera: String = "door", fills: Bool = true, seed: Int = 1) throws {
        var dice = SeededGenerator(seed: seed)
        let identity = SegmentIdentity(
            site: "home", node: "porch", camera: camera, segment: .init(at: Self.start, using: &dice))
        let key = DataKey()
        let header = try SegmentHeader(
            identity: identity, track: .main, start: Self.start, codec: .h264, previous: nil,
            keys: try key.seal(to: recipients, for: identity))
        var sealer = ChunkSealer(key: key, context: header.encoded)
        var chunks = SealedChunks()
        var codec = SidecarCodec(start: Self.start)
        var records = [codec.head(header.encoded)]
        var plaintext = parts[0]
        var ends: [Int64] = []
        var waiting: Sidecar.Entry?
        var counted = 0
        try sealer.append(parts[0], to: &chunks)
        for (index, part) in parts.dropFirst().enumerated() {
            let offset = Int64(plaintext.count)
            try sealer.append(part, to: &chunks)
            plaintext += part
            var padding = 0
            if fills, index % 2 == 1, sealer.pendingCount > 0 {
                padding = sealer.room
                let filling = [UInt8](repeating: 7, count: padding)
                try sealer.append(filling, to: &chunks)
                plaintext += filling
            }
            let sample = MediaSample(size: part.count - 8, duration: 45_000, isKeyframe: true)
            var entry = Sidecar.Entry(
                fragment: FragmentRecord(
                    offset: offset, headerLength: 8, padding: padding, start: Self.start.advanced(bySeconds: Double(index) / 2),
                    runs: [TrackRun(track: .video, decodeTime: Int64(index) * 45_000, samples: [sample])]), hashes: [])
            var new = Array(chunks.hashes[counted...])
            counted = chunks.hashes.count
            if var before = waiting, !new.isEmpty {
                // The first chunk that was filled is the one that its end lies in.
                before.hashes.append(new.removeFirst())
                records.append(codec.fragment(before))
                waiting = nil
            } else if let before = waiting {
                records.append(codec.fragment(before))
            }
            entry.hashes = new
            if sealer.pendingCount == 0 { records.append(codec.fragment(entry)) } else { waiting = entry }
            ends.append(entry.fragment.end)
        }
        try sealer.finish(to: &chunks)
        if let waiting { records.append(codec.fragment(waiting)) }
        records.append(SidecarCodec.end(length: Int64(plaintext.count), last: chunks.hashes.last))
        self.plaintext = plaintext
        self.ends = ends
        self.records = records
        headLength = header.encoded.count + sealer.preamble.count
        file = header.encoded + sealer.preamble + chunks.bytes
    }

    /// Fragments of some lengths, with bytes of a seeded generator.
    init(lengths: [Int] = Self.lengths, to recipients: [SealingPublicKey], camera: String = "door", seed: Int = 1) throws {
        var dice = SeededGenerator(seed: seed)
        let parts = ([700] + lengths).map { dice.bytes($0) }
        try self.init(parts, to: recipients, camera: camera, seed: seed)
    }

    /// Some that are shorter than a chunk and some that are longer than what is opened at a time.
    static let lengths = [40_000, 9_000, 300_000, 100, 20_000, 70_000, 5_000]

    /// A sidecar with the first records of this one's, and other ones behind them.
    func sidecar(fragments: Int, _ more: [UInt8] = []) -> [UInt8] { records[...fragments].flatMap { $0 } + more }

    /// The sidecar of a segment that ended as it should.
    var closed: [UInt8] { records.flatMap { $0 } }

    /// The file as a power cut may leave it: the chunks in which the first fragments lie, and something behind them.
    func torn(fragments: Int, behind count: Int = 5_000) -> [UInt8] {
        let chunks = ChunkedEncryption.chunks(holding: 0..<ends[fragments - 1]).upperBound
        return Array(file[..<(headLength + Int(chunks) * ChunkedEncryption.sealedChunkLength)]) + [UInt8](repeating: 9, count: count)
    }

    /// The plaintext until the end of a fragment.
    func plaintext(fragments: Int) -> [UInt8] { Array(plaintext[..<Int(ends[fragments - 1])]) }
}
