import Foundation
import TestSupport
import Testing

/// One of the scripts in `Browser`, at work in a real Chromium.
struct BrowserScript {
    private let process: ChildProcess

    /// - Parameters:
    ///   - name: The script's file name.
    ///   - folder: Where its screenshots go unless a person wants to look at them.
    ///   - others: What the script wants besides.
    init(_ name: String, address: String, screenshots folder: String, _ others: String...) throws {
        let python = BrowserTools.python
        try #require(
            FileManager.default.isExecutableFile(atPath: python), "run `scripts/packages test` first: it installs the browser tools")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Browser/\(name)").path
        process = try ChildProcess(
            executable: python,
            arguments: [script, address, Installation.password, BrowserTools.screenshots(else: folder)] + others)
    }

    var hasExited: Bool { process.hasExited }

    /// Waits for its end.
    /// - Returns: What it has seen.
    func seen<Seen: Decodable>(
        _ type: Seen.Type = Seen.self, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Seen {
        let status = await process.waitForExit()
        let output = process.output
        #expect(status == 0, "\(output)", sourceLocation: sourceLocation)
        let line = try #require(output.split(separator: "\n").last { $0.hasPrefix("{") }, "\(output)", sourceLocation: sourceLocation)
        return try JSONDecoder().decode(Seen.self, from: Data(line.utf8))
    }
}
