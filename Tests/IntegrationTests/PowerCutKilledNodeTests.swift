import Base
import Foundation
import Recording
import TestSupport
import Testing

@testable import EdgeNode

@Suite struct PowerCutKilledNodeTests {
    @Test(
        "A node that is killed again and again has everything that counted, plays it, and knows what is missing", .timeLimit(.minutes(10)))
    func killed() async throws {
        let node = try PowerCutKilledNode()
        var dice = SeededGenerator(seed: 5)
        var counted: [String: Int] = [:]
        let kills = 3
        for kill in 0..<kills {
            try node.start()
            let before = counted.values.reduce(0, +)
            let wanted = before + Int.random(in: 3...8, using: &dice)
            try await eventually("\(wanted) fragments: \(node.output.suffix(2000))") { node.fragments().values.reduce(0, +) >= wanted }
            if kill == kills - 1 { try await expectRefusals(node) }
            counted = node.fragments()
            await node.kill()
            // What is shorter than a picture may be shown is no hole.
            let end = SystemClock().now.advanced(bySeconds: GapLedger.tolerance + 0.5)
            try await eventually("the hole to be one") { SystemClock().now > end }
        }
        let found = try await node.run(["check"])
        #expect(found.status == 0 && found.output.contains("it was cut off"), "\(found.output)")

        try node.start()
        try await eventually("a segment behind the last hole") {
            node.fragments().count > counted.count && node.fragments().values.min() ?? 0 > 0
        }
        try await eventually("all to be settled") { try Self.rows(node).filter { $0.state == .open }.count == 1 }
        #expect(await node.stop() == 0, "\(node.output.suffix(2000))")
        #expect(try await node.run(["check"]) == (0, "The outbox is sound.\nThe recordings are sound.\n"))

        let rows = try Self.rows(node)
        #expect(rows.filter { $0.state == .unterminated }.count == kills)
        for row in rows {
            let finding = try #require(SegmentRecovery.examine(row, folder: node.recordings))
            #expect(finding.fragments >= counted[row.sidecar] ?? 1)
            #expect(try node.complaints(row, finding) == "")
        }
        #expect(counted.keys.allSatisfy { sidecar in rows.contains { $0.sidecar == sidecar } })
        let library = try RecordingLibrary(reading: node.recordings)
        let gaps = try library.gaps(
            camera: PowerCutKilledNode.camera, track: .main, from: Timestamp(microseconds: 0), to: Timestamp(microseconds: .max))
        #expect(gaps.filter { $0.cause == .nodeDown && $0.end != nil }.count == kills, "\(gaps)")
    }

    /// What must not be done while a node runs, and what may.
    private func expectRefusals(_ node: PowerCutKilledNode) async throws {
        for arguments in [["check", "--repair"], ["run"]] {
            let (status, output) = try await node.run(arguments)
            #expect(status == 1 && output.contains("stop it"), "\(output)")
        }
        let (status, output) = try await node.run(["check"])
        #expect(status == 0 && output.contains("The recordings are sound."), "\(output)")
    }

    private static func rows(_ node: PowerCutKilledNode) throws -> [SegmentRow] {
        let library = try RecordingLibrary(reading: node.recordings)
        defer { library.close() }
        return try library.allSegments()
    }
}
