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
        let folder = try TemporaryDirectory("tool")
        // A file, since two pipes that are read one after the other can block each other.
        let errors = folder.path("errors")
        try Data().write(to: URL(filePath: errors))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/\(name)")
        process.arguments = ["-v", "error"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = try String(contentsOfFile: errors, encoding: .utf8)
        guard process.terminationStatus == 0 || !text.isEmpty else { throw Failure("\(name) failed") }
        return (Array(data), text)
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
