import Foundation

/// ffmpeg and ffprobe, called to their end: what a player makes of a file.
package enum MediaTool {
    /// What a program had against its input.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    /// Runs one of them, which says nothing but errors.
    /// - Returns: What it wrote to its output, and to its errors.
    /// - Throws: `Failure` where it ends with an error that it does not tell.
    package static func run(_ name: String, _ arguments: [String]) throws -> (output: [UInt8], errors: String) {
        let (status, output, errors) = try call(name, arguments)
        guard status == 0 || !errors.isEmpty else { throw Failure("\(name) failed") }
        return (output, errors)
    }

    /// Runs one of them, however it ends.
    static func call(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: [UInt8], errors: String) {
        let folder = try TemporaryDirectory("tool")
        // Into files: the end of a pipe comes only when every other child has ended that was started meanwhile, as each has the pipe, too.
        let files = try ["output", "errors"].map { name in
            let file = URL(filePath: folder.path(name))
            try Data().write(to: file)
            return file
        }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/\(name)")
        process.arguments = ["-v", "error"] + arguments
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, Array(try Data(contentsOf: files[0])), try String(contentsOf: files[1], encoding: .utf8))
    }

    /// MD5 of each picture that a player shows.
    /// - Throws: `Failure` where ffmpeg has anything against the file.
    package static func shown(_ path: String) throws -> [String] {
        let answer = try run("ffmpeg", ["-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"])
        guard answer.errors.isEmpty else { throw Failure(answer.errors) }
        return String(decoding: answer.output, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
            $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// What ffmpeg has against a file; empty for nothing.
    package static func complaints(_ path: String) throws -> String { try run("ffmpeg", ["-i", path, "-f", "null", "-"]).errors }
}
