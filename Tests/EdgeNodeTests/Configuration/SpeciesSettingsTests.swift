import Foundation
import Settings
import Testing
import Vision

@testable import EdgeNode

@Suite struct SpeciesSettingsTests {
    private let folder: ConfigurationFolder

    init() throws { folder = try ConfigurationFolder() }

    private func load(_ lines: String, environment: [String: String] = [:]) throws -> Set<String>? {
        let path = try folder.write("[species]\n\(lines)\n", to: "edge.toml")
        return try EdgeConfiguration.load(path: path, environment: environment, purpose: .analyze).species.atSite
    }

    @Test("Without a list there is none; names are those of second looks, whatever their capitals")
    func names() throws {
        #expect(try load("") == nil)
        #expect(try load("at_site = [\"Red Fox\", \"arctic fox\", \"owl\"]") == ["red fox", "Arctic fox", "owl"])
        #expect(try load("", environment: ["VIGILAR_SPECIES_AT_SITE": "red fox, badger"]) == ["red fox", "badger"])
    }

    @Test("The reference lists all names")
    func reference() throws {
        let file = URL(filePath: #filePath).appending(path: "../../../../docs/reference/models.md").standardized
        let sections = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n## ")
        let section = try #require(sections.first { $0.hasPrefix("What second looks know") })
        let words = section.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
            String($0.element)
        }
        #expect(Set(words).subtracting(["mobilenet-v2-224", "species.at_site"]) == AnimalTaxonomy.imageNet.vocabulary)
    }

    @Test(
        "What is no animal of theirs is named by its place, with what it may be",
        arguments: [
            ("[\"owl\", \"badgr\"]", "species.at_site: entry 2 is no animal that second looks know; did you mean \"badger\"?"),
            ("[\"unicornis magnus\"]", "species.at_site: entry 1 is no animal that second looks know; docs/reference/models.md lists them"),
            ("[]", "species.at_site: names no animal: name some, such as \"red fox\", or leave it out for all"),
            ("3", "species.at_site: must be an array of strings, and is an integer"),
        ])
    func faults(value: String, problem: String) throws {
        let error = #expect(throws: SettingsError.self) { try load("at_site = \(value)") }
        #expect(error?.problems.contains { "\($0)" == problem } == true)
    }
}
