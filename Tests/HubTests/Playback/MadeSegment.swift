import Base
import MediaTypes
import Protocol
import TestSupport
import Trust

@testable import Recording

/// A segment as a node records it, of pictures that are noise, and what the node says of it.
struct MadeSegment: Sendable {
    let index: SegmentIndex
    /// Its file on the node.
    let file: [UInt8]
    let plaintext: [UInt8]

    /// - Parameters:
    ///   - recipients: Empty for a plain one.
    ///   - seconds: Of it; two fragments of ten pictures each.
    ///   - width: Of the pictures; another one makes another stream of it.
    init(
        camera: String = "door", node: String = "porch", start: Timestamp, seconds: Int, to recipients: [SealingPublicKey],
        state: SegmentIndex.State = .closed, width: Int = 640, seed: Int = 1
    ) throws {
        var dice = SeededGenerator(seed: seed)
        let identity = SegmentIdentity(site: "home", node: node, camera: camera, segment: EventID(at: start))
        let key = DataKey()
        let video = VideoTrack(
            codec: .h264, width: width, height: 480, configuration: [1, 0x4d, 0x40, 0x1e, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68])
        let header = try SegmentHeader(
            identity: identity, track: .main, start: start, codec: .h264, video: video, previous: nil,
            keys: recipients.isEmpty ? [] : try key.seal(to: recipients, for: identity))
        var plaintext = CMAF.initialization(video: video, sound: nil)
        var fragments: [FragmentRecord] = []
        for half in 0..<seconds * 2 {
            let samples = (0..<10).map { picture in
                MediaSample(
                    size: Int.random(in: picture == 0 ? 8000...9000 : 1000...3000, using: &dice), duration: 4500,
                    isKeyframe: picture == 0 && half % 2 == 0)
            }
            let run = TrackRun(track: .video, decodeTime: Int64(half) * 45_000, samples: samples)
            let head = CMAF.fragmentHeader(sequence: UInt32(half + 1), runs: [run])
            fragments.append(
                FragmentRecord(
                    offset: Int64(plaintext.count), headerLength: head.count, padding: 0,
                    start: start.advanced(bySeconds: Double(half) / 2),
                    runs: [run]))
            plaintext += head + dice.bytes(run.size)
        }
        self.plaintext = plaintext
        guard !recipients.isEmpty else {
            file = plaintext
            index = SegmentIndex(header: header, preamble: [], state: state, fileLength: Int64(plaintext.count), fragments: fragments)
            return
        }
        var sealer = ChunkSealer(key: key, context: header.encoded)
        let preamble = sealer.preamble
        var chunks = SealedChunks()
        try sealer.append(plaintext, to: &chunks)
        if state == .closed { try sealer.finish(to: &chunks) }
        let whole = Int64(plaintext.count / ChunkedEncryption.chunkLength * ChunkedEncryption.chunkLength)
        if state != .closed { fragments.removeAll { $0.end > whole } }
        file = header.encoded + preamble + chunks.bytes
        index = SegmentIndex(header: header, preamble: preamble, state: state, fileLength: Int64(file.count), fragments: fragments)
    }
}
