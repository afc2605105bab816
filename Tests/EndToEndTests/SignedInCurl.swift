import Foundation
import TestSupport

/// curl with an administrator's session: what a program sees that downloads.
struct SignedInCurl: Sendable {
    private let jar: String

    /// - Parameter folder: Where its cookies go.
    init(_ address: String, folder: TemporaryDirectory) async throws {
        jar = folder.path("cookies")
        let body = #"{"name":"admin","password":"\#(Installation.password)"}"#
        _ = try await self(
            "-H", "Content-Type: application/json", "-H", "Sec-Fetch-Site: same-origin", "--data-binary", body, "\(address)/api/v1/session")
    }

    /// Waits for its end, for a minute unless `--max-time` says otherwise.
    func callAsFunction(_ words: String...) async throws -> (status: Int32, output: String) {
        let child = try ChildProcess(executable: "/usr/bin/curl", arguments: ["-sS", "--max-time", "60", "-b", jar, "-c", jar] + words)
        return (await child.waitForExit(), child.output)
    }

    /// The cookies, for another program's header.
    var cookies: String {
        get throws {
            try String(contentsOfFile: jar, encoding: .utf8).split(separator: "\n").compactMap { line -> String? in
                let fields = line.split(separator: "\t")
                return fields.count == 7 ? "\(fields[5])=\(fields[6])" : nil
            }.joined(separator: "; ")
        }
    }
}
