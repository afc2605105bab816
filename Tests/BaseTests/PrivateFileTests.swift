import Base
import Foundation
import TestSupport
import Testing

@Suite struct PrivateFileTests {
    private static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("A new file is its owner's alone and leaves nothing beside it; one that exists stays as it was, whatever it is")
    func writesNew() throws {
        let folder = try TemporaryDirectory("private")
        let file = URL(filePath: folder.path("a"))
        try PrivateFile.writeNew([1, 2, 3], to: file)
        #expect(try Data(contentsOf: file) == Data([1, 2, 3]))
        #expect(try Self.mode(file.path) == 0o600)
        #expect(throws: PrivateFile.Failure.self) { try PrivateFile.writeNew([4], to: file) }
        #expect(try Data(contentsOf: file) == Data([1, 2, 3]))
        try FileManager.default.createSymbolicLink(atPath: folder.path("b"), withDestinationPath: folder.path("gone"))
        try FileManager.default.createDirectory(atPath: folder.path("c"), withIntermediateDirectories: false)
        for name in ["b", "c"] {
            let error = #expect(throws: PrivateFile.Failure.self) { try PrivateFile.writeNew([4], to: URL(filePath: folder.path(name))) }
            #expect(error?.description.contains("is not overwritten") == true)
        }
        #expect(throws: PrivateFile.Failure.self) { try PrivateFile.writeNew([4], to: URL(filePath: folder.path("none/a"))) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "b", "c"])
    }

    @Test("A file is replaced in one step, and leaves nothing beside it")
    func replaces() throws {
        let folder = try TemporaryDirectory("private")
        let file = URL(filePath: folder.path("a"))
        for text in ["one", "two"] {
            try PrivateFile.write(text, to: file)
            #expect(try String(contentsOf: file, encoding: .utf8) == text)
            #expect(try Self.mode(file.path) == 0o600)
        }
        try FileManager.default.createDirectory(atPath: folder.path("c"), withIntermediateDirectories: false)
        #expect(throws: PrivateFile.Failure.self) { try PrivateFile.write("x", to: URL(filePath: folder.path("c"))) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a", "c"])
    }
}
