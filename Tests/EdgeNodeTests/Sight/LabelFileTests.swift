import Foundation
import TestSupport
import Testing

@testable import EdgeNode

@Suite struct LabelFileTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("labels") }

    private func read(_ bytes: [UInt8]) throws -> [String] {
        let path = folder.path("labels.txt")
        try Data(bytes).write(to: URL(filePath: path))
        return try LabelFile.read(path, key: "detector.labels", limit: 1000)
    }

    private func read(_ text: String) throws -> [String] { try read(Array(text.utf8)) }

    private func refusal(_ bytes: [UInt8]) -> String? {
        let error = #expect(throws: SightError.self) { try read(bytes) }
        return error?.description
    }

    @Test("A label a line, however editors end lines and files; markup is text")
    func lines() throws {
        #expect(try read("person\ntraffic light") == ["person", "traffic light"])
        #expect(try read("person\r\n  cat \r\n\r\n \n") == ["person", "cat"])
        #expect(try read([0xEF, 0xBB, 0xBF] + Array("Fußgänger\n<script>&amp;\n猫".utf8)) == ["Fußgänger", "<script>&amp;", "猫"])
        #expect(try read(String(repeating: "a\n", count: 1000)).count == 1000)
        #expect(try read(String(repeating: "ä", count: 50)).count == 1)
    }

    @Test("What is no label is refused by its line, and not quoted")
    func refused() throws {
        for (text, line) in [
            ("a\n\nb", 2), ("a\nb\tc", 2), ("a\u{1B}[31m", 1), ("a\nb\u{0}", 2), ("a\u{2028}b", 1), ("a\u{85}b", 1),
            (String(repeating: "x", count: 101), 1), (String(repeating: "ä", count: 51), 1),
        ] {
            let refusal = refusal(Array(text.utf8))
            #expect(refusal?.contains("line \(line) of ") == true && refusal?.contains("[31m") == false, "\(refusal ?? "")")
        }
        #expect(refusal([97, 10, 0xFF, 0xFE])?.contains("line 2 of ") == true)
    }

    @Test("Nothing, too much, and what is no file are refused")
    func bounds() throws {
        #expect(refusal([])?.contains("has no labels") == true)
        #expect(refusal(Array("\n \r\n".utf8))?.contains("has no labels") == true)
        #expect(refusal(Array(String(repeating: "a\n", count: 1001).utf8))?.contains("at most 1000") == true)
        #expect(refusal([UInt8](repeating: 97, count: 1 << 20 | 1))?.contains("larger than 1 MiB") == true)
        for path in ["/dev/zero", folder.path, folder.path("none")] {
            let error = #expect(throws: SightError.self) { try LabelFile.read(path, key: "detector.labels", limit: 1000) }
            #expect(error?.description.contains("check that \(path) is there") == true)
        }
    }
}
