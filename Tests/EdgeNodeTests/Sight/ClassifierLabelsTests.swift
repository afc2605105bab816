import Foundation
import TestSupport
import Testing
import Vision

@testable import EdgeNode

@Suite struct ClassifierLabelsTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("classes") }

    private func read(_ text: String) throws -> AnimalTaxonomy {
        let path = folder.path("classes.txt")
        try Data(text.utf8).write(to: URL(filePath: path))
        return try ClassifierLabels.read(path)
    }

    @Test("A label alone is no animal; behind = stands its group, or animal where it has none; markup is text")
    func lines() throws {
        let classes = try read("blank\r\nred fox = fox\nhedgehog=animal\n <b>ox</b>  =  hoofed & horned \nanimal = animal\n").classes
        #expect(
            classes == [
                nil, AnimalClass(species: "red fox", group: "fox"), AnimalClass(species: "hedgehog", group: nil),
                AnimalClass(species: "<b>ox</b>", group: "hoofed & horned"), AnimalClass(species: nil, group: nil),
            ])
        #expect(classes[1]?.order == "wild dog" && classes[3]?.order == "hoofed & horned")
    }

    @Test("Names in other capitals are the same, and breeds of cats and dogs are cats and dogs")
    func names() throws {
        let classes = try read("x\nRed Fox = FOX\nwren = Songbird\nrobin = songbird\nTabby = Cat\nCat = Animal\n").classes
        #expect(classes[1] == AnimalClass(species: "red fox", group: "fox"))
        #expect(classes[2]?.group == "Songbird" && classes[3]?.group == "Songbird")
        #expect(classes[4] == AnimalClass(species: nil, group: "cat") && classes[5] == AnimalClass(species: "cat", group: nil))
    }

    @Test(
        "What is none is refused by its line, and not quoted",
        arguments: [
            ("a\nb = c = d", "line 2 of classifier.labels is none"), ("a\n= fox", "line 2 of classifier.labels is none"),
            ("a\nfox =", "line 2 of classifier.labels is none"), ("a\n\nfox = fox", "line 2 of classifier.labels is no label"),
            ("a\nfox\u{7} = fox", "line 2 of classifier.labels is no label"),
            ("a\n\(String(repeating: "x", count: 99)) = y", "line 2 of classifier.labels is no label"),
            ("fox\nowl", "classifier.labels has no animal"), ("red fox = fox\nowl = bird", "classifier.labels has animals only"),
            ("", "classifier.labels has no labels"), (String(repeating: "a\n", count: 20_001), "at most 20000 labels"),
        ])
    func refused(text: String, words: String) throws {
        let error = #expect(throws: SightError.self) { try read(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
