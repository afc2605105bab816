import Foundation
import Media
import TestSupport
import Testing

@testable import EdgeNode

@Suite struct AnalyzeCommandTests {
    private func lines(json: Bool) async throws -> [String] {
        var recipe = TestClips.Recipe()
        recipe.seconds = 8
        recipe.box = 3...6
        var lines: [String] = []
        try await AnalyzeCommand(source: MediaSource(TestClips.shared.clip(recipe)), json: json).run { lines.append($0) }
        return lines
    }

    @Test("As JSON it prints a line a decoded frame, one for the event and a summary, all readable")
    func json() async throws {
        let objects = try await lines(json: true).map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let frames = objects.filter { $0["frame"] != nil }
        #expect(frames.count > 40)
        #expect(frames.allSatisfy { $0["t"] is Double && $0["motion"] is Bool && $0["boxes"] is [[Double]] && $0["objects"] is [Any] })
        let event = try #require(objects.compactMap { $0["event"] as? [String: Any] }.first)
        #expect(abs((event["start_s"] as? Double ?? 0) - 3) < 0.3)
        let why = (event["payload"] as? [String: Any])?["why"] as? [String: Any]
        #expect(why?["gate_delay_s"] is Double)
        let summary = try #require(objects.last?["summary"] as? [String: Any])
        #expect(summary["frames"] as? Int == 120)
        #expect(summary["decoded"] as? Int == frames.count)
        #expect(summary["events"] as? Int == 1)
        #expect((summary["cpu_s"] as? [String: Double])?["decode"] != nil)
    }

    @Test("As text it prints a line an event and a summary")
    func text() async throws {
        let lines = try await lines(json: false)
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("motion 3.") == true)
        #expect(lines.last?.hasPrefix("1 events in 8.0 s") == true)
    }

    @Test("A file that is not there is an error")
    func missing() async throws {
        let command = AnalyzeCommand(source: try MediaSource("/nowhere/clip.mp4"))
        await #expect(throws: MediaError.self) { try await command.run { _ in } }
    }
}
