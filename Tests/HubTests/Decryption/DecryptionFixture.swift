import Foundation
import TestSupport
import Trust

@testable import Hub

/// A disk that was taken out of a node, and a hub to whose key it recorded.
struct DecryptionFixture {
    let hub: KeyFixture
    /// Of the disk.
    let disk: TemporaryDirectory
    let key: SealingPublicKey

    init() throws {
        hub = try KeyFixture()
        disk = try TemporaryDirectory("disk")
        key = try hub.open().sealingKey.publicKey
    }

    /// Writes a segment.
    /// - Parameters:
    ///   - name: Its path on the disk, without ending.
    ///   - sidecar: Nil for none.
    @discardableResult
    func put(_ file: [UInt8], _ sidecar: [UInt8]?, as name: String = "a") throws -> String {
        let path = disk.path("\(name).vge")
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(file).write(to: URL(filePath: path))
        if let sidecar { try Data(sidecar).write(to: URL(filePath: disk.path("\(name).idx"))) }
        return path
    }

    /// What a command printed, and whether it would exit with 0.
    struct Outcome {
        var isWhole = false
        var done: [String] = []
        var failed: [String] = []
    }

    /// Opens files with the hub's keys.
    func decrypt(_ paths: String..., into: String? = nil) throws -> Outcome {
        Self.run(try SegmentDecryption(hub.settings), paths, into: into)
    }

    static func run(_ decryption: SegmentDecryption, _ paths: [String], into: String? = nil) -> Outcome {
        var outcome = Outcome()
        outcome.isWhole = decryption.decrypt(paths, into: into) {
            outcome.done.append($0)
        } failed: {
            outcome.failed.append($0)
        }
        return outcome
    }

    /// Everything on the disk that is no folder, by path.
    func files() throws -> [String] {
        // One that is being written has another name a moment later.
        try FileManager.default.subpathsOfDirectory(atPath: disk.path).filter { !$0.isEmpty }.filter {
            guard let type = (try? FileManager.default.attributesOfItem(atPath: disk.path($0)))?[.type] as? FileAttributeType else {
                return false
            }
            return type != .typeDirectory
        }.sorted()
    }

    func bytes(_ name: String = "a.mp4") throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: disk.path(name)))) }
}
