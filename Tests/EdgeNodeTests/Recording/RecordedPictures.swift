import Foundation

/// What a player makes of a recording.
enum RecordedPictures {
    /// The MD5 of each picture that is shown.
    /// - Throws: Also where ffmpeg has anything against the file.
    static func hashes(_ path: String) throws -> [String] {
        try lines(["-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"])
    }

    /// The MD5 of each packet's bytes, as a file holds them.
    static func packets(_ path: String) throws -> [String] {
        try lines(["-i", path, "-map", "0:v", "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "framemd5", "-"])
    }

    /// What ffmpeg has against a file.
    struct Complaint: Error, CustomStringConvertible { let description: String }

    private static func lines(_ arguments: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/ffmpeg")
        process.arguments = ["-v", "error"] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, complaint.isEmpty else { throw Complaint(description: complaint) }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
            $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }
}
