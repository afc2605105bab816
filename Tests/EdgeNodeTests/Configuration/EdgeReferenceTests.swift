import Foundation
import Settings
import Testing

@testable import EdgeNode

/// Holds `docs/reference/configuration.md` and `deploy/edge.toml` to the code.
@Suite struct EdgeReferenceTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("The reference lists exactly the keys that the code knows, with their types, standards and variables")
    func reference() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/reference/configuration.md"), encoding: .utf8)
        let section = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix("edge.toml") })
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").prefix(4).map { $0.trimmingCharacters(in: [" ", "`"]) } }
        let known = EdgeConfiguration.keys.map { [$0.name, $0.type, $0.standard ?? "required", $0.environment ?? "—"] }
        #expect(rows == known)
    }

    @Test("The example loads on a node that has joined")
    func example() throws {
        let folder = try ConfigurationFolder()
        let text = try String(contentsOf: Self.root.appendingPathComponent("deploy/edge.toml"), encoding: .utf8)
        let edge = try EdgeConfiguration.load(
            path: folder.write(text, to: "edge.toml"), environment: [:], joined: JoinedNode(node: "porch", site: "home"))
        #expect(edge.dataFolder == "/var/lib/vigilar-edge")
        #expect(edge.cameras.count == 2)
        #expect(edge.cameras.contains { !$0.motion.zones.isEmpty })
    }
}
