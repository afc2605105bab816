import Foundation
import Testing

/// Holds the documents to the code where both lie side by side, whatever module the code belongs to.
@Suite struct ReferenceTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func files(under folder: String, ending: String) throws -> [URL] {
        let folder = root.appendingPathComponent(folder).resolvingSymlinksInPath()
        let enumerator = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return enumerator.compactMap { $0 as? URL }.filter { $0.path.hasSuffix(ending) }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The first columns of a document's table rows that begin with a name in backticks.
    private static func rows(_ text: String, columns: Int) -> [[String]] {
        text.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").prefix(columns).map { $0.trimmingCharacters(in: [" ", "`"]) } }
    }

    @Test("The reference lists exactly the metrics that the code has, each of its kind")
    func metrics() throws {
        var declared: [String: String] = [:]
        var used: [String: String] = [:]
        for file in try Self.files(under: "Sources", ending: ".swift") {
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: #/declare\(\s*"(vigilar_\w+)",\s*\.(counter|gauge)/#) {
                declared[String(match.1)] = String(match.2)
            }
            for match in source.matches(of: #/metrics\??\.(add|set)\(\s*"(vigilar_\w+)"/#) {
                used[String(match.2)] = match.1 == "add" ? "counter" : "gauge"
            }
        }
        // A gauge may be counted up and down, so that its declaration decides.
        let found = used.merging(declared) { $1 }.map { "\($0.key) \($0.value)" }.sorted()
        let listed = Self.rows(try Self.text("docs/reference/metrics.md"), columns: 2).map { $0.joined(separator: " ") }
        #expect(listed == found)
    }

    @Test("The reference explains exactly the kinds of problem that the hub answers with")
    func problems() throws {
        var found: Set<String> = []
        for file in try Self.files(under: "Sources/Hub", ending: ".swift") {
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: #/(?:Problem|self\.init)\(\s*[\w.]+,\s*"([a-z-]+)"/#) { found.insert(String(match.1)) }
        }
        let text = try Self.text("docs/reference/http.md")
        let section = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix("Problems") })
        #expect(Self.rows(section, columns: 1).flatMap { $0 }.sorted() == found.sorted())
    }

    @Test("The reference lists exactly the hub's routes")
    func routes() throws {
        var found: Set<String> = []
        for file in try Self.files(under: "Sources/Hub", ending: ".swift") {
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: #/(?:router|identifying)\.(get|post|put|patch|delete|on)\("([^"]+)"/#) {
                // Those that answer HEAD as well are written with their method apart.
                let method = match.1 == "on" ? "GET" : match.1.uppercased()
                found.insert("\(method) \(match.2.replacing(#/:(\w+)/#) { "{\($0.1)}" })")
            }
        }
        let text = try Self.text("docs/reference/http.md")
        let section = try #require(text.components(separatedBy: "\n## ").first)
        #expect(Self.rows(section, columns: 1).flatMap { $0 }.sorted() == found.sorted())
    }

    @Test("Every topic of the code is in the reference")
    func topics() throws {
        let source = try Self.text("Sources/Protocol/Topics.swift")
        let names = source.matches(of: #/"(vigilar/[^"+]+)"/#).map {
            String($0.1).replacing("\\(node)", with: "{node}").replacing("\\(camera)", with: "{camera}")
        }
        let listed = Self.rows(try Self.text("docs/reference/mqtt.md"), columns: 1).flatMap { $0 }.filter { $0.hasPrefix("vigilar/") }
        #expect(Set(names) == Set(listed))
    }

    @Test("Every suite that the invariants name is there")
    func invariants() throws {
        let suites = Set(try Self.files(under: "Tests", ending: "Tests.swift").map { $0.deletingPathExtension().lastPathComponent })
        let named = try Self.text("docs/design/architecture.md").matches(of: #/`(\w+Tests)`/#).map { String($0.1) }
        #expect(!named.isEmpty)
        #expect(named.filter { !suites.contains($0) } == [])
    }

    @Test("Every link from one document to another leads somewhere")
    func links() throws {
        let documents =
            try Self.files(under: "docs", ending: ".md") + ["README.md", "CONTRIBUTING.md"].map { Self.root.appendingPathComponent($0) }
        for document in documents {
            let text = try String(contentsOf: document, encoding: .utf8)
            for match in text.matches(of: #/\]\(([^)#:]+)(#[^)]*)?\)/#) {
                let target = document.deletingLastPathComponent().appendingPathComponent(String(match.1))
                #expect(FileManager.default.fileExists(atPath: target.path), "\(document.lastPathComponent): \(match.1)")
            }
        }
    }
}
