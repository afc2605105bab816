import Foundation
import Settings
import Testing

@testable import Hub

/// Holds `docs/reference/configuration.md` and `deploy/hub.toml` to the code.
@Suite struct HubReferenceTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("The reference lists exactly the keys that the code knows, with their types, standards and variables")
    func reference() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/reference/configuration.md"), encoding: .utf8)
        let section = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix("hub.toml") })
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").prefix(4).map { $0.trimmingCharacters(in: [" ", "`"]) } }
        let known = HubConfiguration.keys.map { [$0.name, $0.type, $0.standard ?? "required", $0.environment ?? "—"] }
        #expect(rows == known)
    }

    @Test("The example loads")
    func example() throws {
        let path = Self.root.appendingPathComponent("deploy/hub.toml").path
        let hub = try HubConfiguration.load(path: path, environment: [:], overrides: [:])
        #expect(hub.dataFolder == "/var/lib/vigilar-hub")
    }
}
