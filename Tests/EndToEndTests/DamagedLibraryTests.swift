import Base
import EdgeNode
import Foundation
import Hub
import Logging
import Protocol
import Recording
import TestSupport
import Testing

/// A node whose table of recordings is damaged.
@Suite("A damaged table of recordings", .serialized, .pairs)
struct DamagedLibraryTests {
    enum Damage: CaseIterable {
        /// The file's first bytes.
        case head
        /// A page in its midst, without which it opens.
        case page
    }

    /// A table with a thousand segments, of which bytes change.
    private func damage(_ damage: Damage, _ folder: String) throws {
        let library = try RecordingLibrary(folder: folder)
        for second in 0..<1000 {
            let start = SystemClock().now.advanced(bySeconds: Double(second * 60 - 100_000))
            var row = SegmentRow(
                id: EventID(at: start), camera: "yard-cam", track: .main, start: start, isEncrypted: true, keep: .continuous)
            row.state = .closed
            try library.keep(row)
        }
        library.close()
        let file = "\(folder)/library.sqlite"
        var bytes = try Data(contentsOf: URL(filePath: file))
        let place = damage == .head ? 0 : bytes.count / 8192 * 4096
        for index in place..<place + 64 { bytes[index] ^= 0x5a }
        try bytes.write(to: URL(filePath: file))
    }

    @Test(
        "the node starts, sends events, records nothing and says so, with its cameras online", .timeLimit(.minutes(10)),
        arguments: Damage.allCases)
    func starts(_ damage: Damage) async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 8
        let server = try await RTSPServer([RTSPServer.Mount(path: "yard", file: TestClips.shared.clip(recipe))])
        let log = LogRecord()
        let installation = try await Installation(
            cameras: [("yard-cam", server.url("yard"))], nodeLogger: Logger(label: "test") { _ in log.handler },
            prepare: { try self.damage(damage, "\($0)/recordings") })
        let remedy = "vigilar-edge check --repair"
        #expect(log.text.split(separator: "\n").contains { $0.hasPrefix("error") && $0.contains(remedy) }, "\(log.text)")
        #expect(installation.node.metrics.value("vigilar_recording_broken") == 1)
        try await eventually("an event, and the camera's state", timeout: .seconds(120)) {
            var query = EventQuery(.everything)
            query.types = ["motion"]
            let camera = try await NodeOverview.all(from: installation.hub.store, .everything).first?.cameras.first
            return try await installation.hub.store.events(query).isEmpty == false && camera?.state == .online
        }
        let camera = try #require(try await NodeOverview.all(from: installation.hub.store, .everything).first?.cameras.first)
        #expect(camera.problem == nil)
        #expect(camera.unrecorded?.contains(remedy) == true)
        let files = FileManager.default.enumerator(atPath: installation.recordings)?.compactMap { $0 as? String } ?? []
        #expect(files.allSatisfy { $0.hasPrefix("library.sqlite") || $0 == "lock" }, "\(files)")
        try await installation.stop()
        await server.stop()

        // What it names mends it.
        let findings = try RecordingCheck.run(
            folder: installation.recordings, continuous: [], repair: true, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(findings.map(\.kind) == [.damagedTable] && findings.allSatisfy { !$0.isBroken })
        try RecordingLibrary(folder: installation.recordings).close()
    }
}
