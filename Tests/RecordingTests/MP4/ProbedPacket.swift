import Foundation
import TestSupport

extension MediaTool {
    /// Packets as ffprobe sees them, with the MD5 of their bytes.
    static func packets(_ path: String, _ stream: String = "v:0") throws -> [ProbedPacket] {
        let answer = try run(
            "ffprobe", ["-select_streams", stream, "-show_packets", "-show_streams", "-show_data_hash", "md5", "-of", "json", path])
        guard answer.errors.isEmpty else { throw Failure(answer.errors) }
        return try JSONDecoder().decode(ProbedFile.self, from: Data(answer.output)).read()
    }
}

/// One packet; times in ticks of `scale`.
struct ProbedPacket {
    var decode: Int64
    var shown: Int64
    var duration: Int64
    var size: Int
    var place: Int?
    var isKeyframe: Bool
    var hash: String
    var scale: Int64

    /// Of 90 kHz.
    func ticks(_ value: Int64) -> Int64 { value * 90_000 / scale }
}

/// ffprobe's JSON.
private struct ProbedFile: Decodable {
    struct Stream: Decodable { var time_base: String }
    struct Packet: Decodable {
        var pts: Int64
        var dts: Int64
        var duration: Int64?
        var size: String
        var pos: String?
        var flags: String
        var data_hash: String
    }
    var packets: [Packet]
    var streams: [Stream]

    func read() throws -> [ProbedPacket] {
        guard let scale = streams.first?.time_base.split(separator: "/").last.flatMap({ Int64($0) }) else {
            throw MediaTool.Failure("no time base")
        }
        return packets.map {
            ProbedPacket(
                decode: $0.dts, shown: $0.pts, duration: $0.duration ?? 0, size: Int($0.size) ?? -1, place: $0.pos.flatMap { Int($0) },
                isKeyframe: $0.flags.hasPrefix("K"), hash: $0.data_hash, scale: scale)
        }
    }
}
