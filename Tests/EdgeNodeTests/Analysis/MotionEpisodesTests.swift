import Base
import MediaTypes
import Testing
import Vision

@testable import EdgeNode

@Suite struct MotionEpisodesTests {
    /// Ten frames a second; `moving` tells the score of a frame, 0 for none.
    private func run(frames: Int, moving: (Int) -> Double) -> [MotionEpisodeChange] {
        var episodes = MotionEpisodes()
        var changes: [MotionEpisodeChange] = []
        var since: MediaTime?
        for frame in 0..<frames {
            let time = MediaTime(nanoseconds: Int64(frame) * 100_000_000)
            let score = moving(frame)
            since = score > 0 ? since ?? MediaTime(nanoseconds: time.nanoseconds - 200_000_000) : nil
            let observation = MotionObservation(
                motion: score > 0, score: score, area: score / 10,
                boxes: score > 0 ? [Box(x: score / 2, y: 0.1, width: 0.1, height: 0.2)] : [],
                zones: score > 0.5 ? ["door"] : [], since: since)
            changes += episodes.observe(observation, at: time, timestamp: Timestamp(microseconds: 1_000_000 + Int64(frame) * 100_000))
        }
        if let last = episodes.finish() { changes.append(last) }
        return changes
    }

    @Test("A visit starts with its first frame, is updated, and ends with its last moving frame")
    func visit() {
        let changes = run(frames: 200) { (20..<90).contains($0) ? 0.4 : 0 }
        #expect(changes.map(\.phase) == [.started, .updated, .ended])
        #expect(changes.allSatisfy { $0.start == MediaTime(seconds: 1.8) && $0.number == 1 })
        #expect(changes.allSatisfy { $0.startTimestamp == Timestamp(microseconds: 2_800_000) })
        #expect(Set(changes.map(\.event)).count == 1)
        #expect(changes.last?.end == MediaTime(seconds: 8.9))
        #expect(changes.last?.endTimestamp == Timestamp(microseconds: 9_900_000))
    }

    @Test("A pause shorter than the hold-off makes one event, a longer one two", arguments: [(15, 1), (25, 2)])
    func pause(frames: Int, events: Int) {
        let changes = run(frames: 150) { (20..<40).contains($0) || (40 + frames..<60 + frames).contains($0) ? 0.4 : 0 }
        #expect(changes.filter { $0.phase == .ended }.count == events)
    }

    @Test("What goes on at the end of the stream is ended there")
    func unfinished() {
        let changes = run(frames: 40) { $0 >= 30 ? 0.3 : 0 }
        #expect(changes.map(\.phase) == [.started, .ended])
    }

    @Test("An event carries its highest score, its largest area and every zone that it hit")
    func peak() throws {
        let last = try #require(run(frames: 100) { (20..<50).contains($0) ? ($0 == 35 ? 0.9 : 0.3) : 0 }.last)
        #expect(last.peakScore == 0.9)
        #expect(last.area == 0.09)
        #expect(last.zones == ["door"])
        #expect(last.box?.x == 0.45)
    }

    @Test("The gate's delay is the time from the first moving frame to the frame that woke it")
    func delay() {
        var episodes = MotionEpisodes()
        let observation = MotionObservation(motion: true, score: 0.5, since: MediaTime(seconds: 3))
        let changes = episodes.observe(
            observation, at: MediaTime(seconds: 3.2), timestamp: Timestamp(microseconds: 0), trigger: .keyframe,
            woke: MediaTime(seconds: 4.5))
        #expect(changes.first?.gateDelay == 1.5)
        #expect(changes.first?.trigger == .keyframe)
    }
}
