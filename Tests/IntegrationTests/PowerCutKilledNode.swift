import Base
import Foundation
import Recording
import TestSupport

@testable import EdgeNode

/// `vigilar-edge` as a process that records a clip in the open, over and over, and is killed.
final class PowerCutKilledNode {
    static let camera = "porch-cam"
    private let folder: TemporaryDirectory
    private let program: String
    private(set) var process: ChildProcess?

    init() throws {
        folder = try TemporaryDirectory("killed")
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        program = URL(filePath: own).deletingLastPathComponent().appending(path: "vigilar-edge").path
        var recipe = TestClips.Recipe()
        recipe.seconds = 20
        let text = """
            node = "porch"
            data = "data"
            [hub]
            broker = "mqtt://127.0.0.1:1"
            [recording]
            encrypt = false
            minimum_free_gigabytes = 0.1
            [[camera]]
            id = "\(Self.camera)"
            source = "\(try TestClips.shared.clip(recipe))"
            """
        try PrivateFile.write(text, to: URL(filePath: configuration))
    }

    var recordings: String { folder.path("data/recordings") }
    private var configuration: String { folder.path("edge.toml") }

    func start() throws {
        process = try ChildProcess(
            executable: program, arguments: ["run", "--config", configuration], outputFile: folder.path("log"))
    }

    /// What the node has said so far.
    var output: String { (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? "" }

    func kill() async {
        process?.signal(SIGKILL)
        _ = await process?.waitForExit()
    }

    func stop() async -> Int32? { await process?.terminate(within: .seconds(30)) }

    func run(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let child = try ChildProcess(executable: program, arguments: arguments + ["--config", configuration])
        let status = await child.waitForExit()
        return (status, child.output)
    }

    /// By sidecar, how many fragments count so far.
    func fragments() -> [String: Int] {
        let names = FileManager.default.enumerator(atPath: recordings)?.compactMap { $0 as? String }.filter { $0.hasSuffix(".idx") } ?? []
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, SegmentRecovery.sidecar(at: "\(recordings)/\($0)")?.entries.count ?? 0) })
    }

    /// What a player has against what counts of a segment.
    func complaints(_ row: SegmentRow, _ finding: SegmentFinding) throws -> String {
        let bytes = try Data(contentsOf: URL(filePath: "\(recordings)/\(row.file)"))
        let path = folder.path("played.mp4")
        let end = finding.fragments > 0 ? finding.sidecar.entries[finding.fragments - 1].fragment.end : 0
        try bytes.prefix(Int(end)).write(to: URL(filePath: path))
        let pictures = finding.sidecar.entries.prefix(finding.fragments).reduce(0) { $0 + ($1.fragment.runs.first?.samples.count ?? 0) }
        let probe = try MediaTool.run(
            "ffprobe", ["-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", path])
        let text = String(decoding: probe.output, as: UTF8.self) + probe.errors
        return text.trimmingCharacters(in: .whitespacesAndNewlines) == "\(pictures)" ? "" : "\(pictures) pictures, and ffprobe says \(text)"
    }
}
