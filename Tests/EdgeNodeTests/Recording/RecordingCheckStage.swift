import Base
import Foundation
import Logging
import Recording
import TestSupport
import Testing

@testable import EdgeNode

/// Two segments of each of two cameras, all closed, and one that goes on.
final class RecordingCheckStage {
    /// Whose pictures are shown for a whole number of microseconds.
    static let door = PowerCutCamera(id: "door", rate: 10, group: 10, sizes: [3000, 500])
    let root: TemporaryDirectory
    let folder: String

    init() throws {
        root = try TemporaryDirectory("check")
        let node = try PowerCutNode(root: root.path, now: PowerCutCamera.zero)
        folder = node.folder
        let cameras = [Self.door, .yard]
        for camera in cameras { node.start(camera) }
        node.play(cameras, until: 4)
        node.interrupt(Self.door, .network)
        node.interrupt(.yard, .network)
        node.play([], until: 8)
        node.play(cameras, until: 12)
        node.interrupt(.yard, .camera)
        node.play([Self.door], until: 13)
        node.library.close()
    }

    func check(repair: Bool = false, quick: Bool = false, continuous: Set<String> = ["door", "yard"]) throws -> [RecordingFinding] {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return try RecordingCheck.run(folder: folder, continuous: continuous, repair: repair, quick: quick, logger: logger)
    }

    func kinds(repair: Bool = false, quick: Bool = false) throws -> [RecordingFinding.Kind] {
        try check(repair: repair, quick: quick).map(\.kind)
    }

    func library<T>(_ body: (RecordingLibrary) throws -> T) throws -> T {
        let library = try RecordingLibrary(folder: folder)
        defer { library.close() }
        return try body(library)
    }

    func rows() throws -> [SegmentRow] { try library { try $0.allSegments() } }
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func change(_ name: String, at place: Int, by value: UInt8 = 1) throws {
        var bytes = try Data(contentsOf: URL(filePath: path(name)))
        bytes[place < 0 ? bytes.count + place : place] ^= value
        try bytes.write(to: URL(filePath: path(name)))
    }

    func append(_ name: String, _ bytes: [UInt8]) throws {
        let file = try #require(FileHandle(forWritingAtPath: path(name)))
        try file.seekToEnd()
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    /// What a repair leaves is sound, and its second run finds nothing.
    func expectRepaired(_ kinds: [RecordingFinding.Kind]) throws {
        #expect(try self.kinds() == kinds)
        let repaired = try check(repair: true)
        #expect(repaired.map(\.kind) == kinds)
        #expect(repaired.allSatisfy { $0.state == .repaired })
        #expect(try self.kinds() == [])
    }
}
