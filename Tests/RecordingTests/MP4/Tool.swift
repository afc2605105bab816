import Foundation
import TestSupport

/// ffmpeg and ffprobe, called to their end.
enum Tool {
    /// What a program wrote to its output, and to its errors.
    static func run(_ name: String, _ arguments: [String]) throws -> (output: [UInt8], errors: String) {
        let folder = try TemporaryDirectory("tool")
        let errors = folder.path("errors")
        try Data().write(to: URL(fileURLWithPath: errors))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(name)")
        process.arguments = ["-v", "error"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (Array(data), try String(contentsOfFile: errors, encoding: .utf8))
    }

    /// Packets as ffprobe sees them, with the MD5 of their bytes.
    static func packets(_ path: String, _ stream: String = "v:0") throws -> [ProbedPacket] {
        let answer = try run(
            "ffprobe", ["-select_streams", stream, "-show_packets", "-show_streams", "-show_data_hash", "md5", "-of", "json", path])
        guard answer.errors.isEmpty else { throw ToolFailure(description: answer.errors) }
        return try JSONDecoder().decode(ProbedFile.self, from: Data(answer.output)).read()
    }

    /// MD5 of each picture that a player shows.
    static func shown(_ path: String) throws -> [String] {
        let answer = try run("ffmpeg", ["-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"])
        guard answer.errors.isEmpty else { throw ToolFailure(description: answer.errors) }
        return String(decoding: answer.output, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
            $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// What ffmpeg has against a file; empty for nothing.
    static func complaints(_ path: String) throws -> String { try run("ffmpeg", ["-i", path, "-f", "null", "-"]).errors }
}

/// What a program had against its input.
struct ToolFailure: Error, CustomStringConvertible {
    let description: String
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
            throw ToolFailure(description: "no time base")
        }
        return packets.map {
            ProbedPacket(
                decode: $0.dts, shown: $0.pts, duration: $0.duration ?? 0, size: Int($0.size) ?? -1, place: $0.pos.flatMap { Int($0) },
                isKeyframe: $0.flags.hasPrefix("K"), hash: $0.data_hash, scale: scale)
        }
    }
}
