import Foundation
import TestSupport

/// The `openssl` program, which judges what this module makes without sharing a line of code with it.
final class OpenSSL: Sendable {
    struct Answer {
        let status: Int32
        /// What it wrote, errors included.
        let output: String
    }

    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("trust") }

    /// Writes a file into the folder in which the program runs.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
        return name
    }

    func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name))) }

    func read(_ name: String) throws -> String { try String(contentsOfFile: folder.path(name), encoding: .utf8) }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))) }

    func callAsFunction(_ arguments: String...) async throws -> Answer { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> Answer {
        let log = folder.path("output-\(UUID().uuidString)")
        let child = try ChildProcess(executable: "openssl", arguments: arguments, workingDirectory: folder.path, outputFile: log)
        let status = await child.waitForExit()
        return Answer(status: status, output: try String(contentsOfFile: log, encoding: .utf8))
    }
}
