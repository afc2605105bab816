import MediaTypes
import Protocol
import Recording

/// The stream as it comes.
struct LiveVideo: LiveTranscript {
    private var muxer = LiveMuxer()
    private var hasFailed = false

    mutating func records(of packet: LivePacket, isLast: Bool) -> [UInt8] {
        let time = packet.packet.timestamp
        do {
            guard let output = try muxer.take(packet.packet, of: packet.stream) else { return [] }
            hasFailed = false
            var out: [UInt8] = []
            if let start = output.start {
                out +=
                    LiveRecord(.start, time: time, content: LiveRecord.start(codec: start.codec, initialization: start.initialization))
                    .bytes
            }
            let kind: LiveRecord.Kind = packet.packet.isKeyframe ? .keyframe : .picture
            return out + LiveRecord.head(kind, camera: 0, time: time, contentLength: output.fragment.count) + output.fragment
        } catch {
            if hasFailed { return [] }
            hasFailed = true
            let words = "This stream cannot be shown: \((error as? RecordingError)?.message ?? "\(error)")"
            return LiveRecord(.notice, time: time, content: Array(words.utf8)).bytes
        }
    }
}
