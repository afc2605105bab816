import Foundation
import Testing

@testable import Settings

@Suite struct SecretFileTests {
    @Test("Reads one line, trimmed")
    func reads() throws {
        try withFile(" sesame \n\n") { path in
            let secret = try SecretFile.read(path: path).get()
            #expect(secret == "sesame")
        }
    }

    @Test(
        "Refuses what is not one line of text of its owner's, and says why",
        arguments: [
            ("", 0o600, "one line"), ("a\nb\n", 0o600, "holds 2"), ("sesame", 0o640, "chmod 600"), ("sesame", 0o604, "chmod 600"),
            ("a\0b", 0o600, "UTF-8"), (String(repeating: "x", count: 5000), 0o600, "larger"),
        ]
    )
    func refuses(text: String, mode: Int, reason: String) throws {
        try withFile(text, mode: mode) { path in
            guard case .failure(let refusal) = SecretFile.read(path: path) else {
                Issue.record("was read")
                return
            }
            #expect("\(refusal)".contains(reason))
            #expect(!"\(refusal)".contains("sesame"))
        }
    }

    @Test("Refuses a folder and a path where nothing is", arguments: ["/", "/nonexistent/secret"])
    func noFile(path: String) {
        #expect(throws: SecretFile.Refusal.self) { try SecretFile.read(path: path).get() }
    }

    private func withFile(_ text: String, mode: Int = 0o600, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)").path
        #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }
}
