import Base
import Hub
import MediaTypes
import Protocol
import Recording

/// Makes segments' indexes as a node does.
struct SegmentMaker {
    var site = "home"
    var node = "porch"
    var camera = "door"
    var track = SegmentTrack.main
    var start = EventMaker.noon
    var isEncrypted = true
    /// The segment's; another one for each call where it is nil.
    var id: EventID?

    /// One whose fragments have half a second each, in chunks of their own.
    func index(_ fragments: Int, _ state: SegmentIndex.State = .closed) throws -> SegmentIndex {
        let identity = SegmentIdentity(site: site, node: node, camera: camera, segment: id ?? EventID(at: start))
        let header = try SegmentHeader(
            identity: identity, track: track, start: start, codec: .h264, previous: nil,
            keys: isEncrypted ? [SealedDataKey(to: "AlFcPW6545a5BNP-yn9U_c0MwemXvzddylFa0KbDtANf", box: [1, 2, 3])] : [])
        let chunk = Int64(ChunkedEncryption.chunkLength)
        let records = (0..<fragments).map { number in
            FragmentRecord(
                offset: Int64(number) * chunk + 800, headerLength: 100, padding: 0, start: start.advanced(bySeconds: Double(number) / 2),
                runs: [TrackRun(track: .video, decodeTime: Int64(number) * 45_000, samples: samples(number))])
        }
        let plain = Int64(fragments) * chunk + 800
        let head = Int64(header.encoded.count + ChunkedEncryption.preambleLength)
        let sealed = head + Int64(fragments) * Int64(ChunkedEncryption.sealedChunkLength)
        let length = isEncrypted ? sealed + (state == .closed ? 816 : Int64(ChunkedEncryption.sealedChunkLength)) : plain
        return SegmentIndex(
            header: header, preamble: [UInt8](repeating: 7, count: isEncrypted ? 56 : 0), state: state, fileLength: length,
            fragments: records)
    }

    private func samples(_ fragment: Int) -> [MediaSample] {
        (0..<5).map { MediaSample(size: $0 == 0 ? 9000 : 400 + fragment, duration: 9000, isKeyframe: $0 == 0) }
    }

    func record(_ fragments: Int, _ state: SegmentIndex.State = .closed) throws -> SegmentRecord {
        let index = try index(fragments, state)
        return SegmentRecord(index, encoded: index.encoded)
    }
}
