import MediaTypes
import Testing

@testable import Vision

@Suite struct ObjectTrackerTests {
    private static let everywhere = [Box(x: 0, y: 0, width: 1, height: 1)]

    private func box(_ x: Double, _ y: Double, width: Double = 0.05, height: Double = 0.15) -> Box {
        Box(x: x, y: y, width: width, height: height)
    }

    private func look(
        _ tracker: inout ObjectTracker, at seconds: Double, _ found: [(String, Double, Box)], covered: [Box] = everywhere,
        motion: [Box]? = nil
    ) -> [ObjectTrack] {
        tracker.update(
            found.map { Detection(label: $0.0, score: $0.1, box: $0.2) }, at: MediaTime(seconds: seconds), covered: covered,
            motion: motion ?? found.map(\.2))
    }

    @Test("Someone who walks is one track, through looks in which the detector is in doubt, and gone once they have left")
    func walk() {
        var tracker = ObjectTracker()
        for step in 0..<30 {
            // Every third look is doubtful: too little for something new, enough for what is followed.
            let score = step % 3 == 2 ? 0.25 : 0.8
            #expect(look(&tracker, at: Double(step) * 0.2, [("person", score, box(0.1 + 0.02 * Double(step), 0.5))]).isEmpty)
        }
        #expect(tracker.tracks.map(\.number) == [1])
        #expect(tracker.tracks.allSatisfy { $0.isConfirmed && $0.hasMoved && $0.label == "person" && $0.sightings == 30 })
        var gone: [ObjectTrack] = []
        for step in 30..<70 { gone += look(&tracker, at: Double(step) * 0.2, []) }
        #expect(gone.map(\.number) == [1] && tracker.tracks.isEmpty)
        #expect(gone.first.map { abs($0.last.seconds - 5.8) < 1e-6 } == true)
    }

    @Test(
        "What comes nearer was last seen where that picture shows it, while its place by all sightings lags behind; a miss changes nothing")
    func nearer() throws {
        var tracker = ObjectTracker()
        var seen = box(0.4, 0.4)
        for step in 0..<6 {
            let size = 1 + 0.25 * Double(step)
            seen = box(0.4, 0.4, width: 0.05 * size, height: 0.15 * size)
            _ = look(&tracker, at: Double(step) * 0.2, [("person", 0.8, seen)])
            #expect(tracker.tracks.map(\.latestBox) == [seen])
        }
        let track = try #require(tracker.tracks.first)
        #expect(track.box.height < seen.height)
        _ = look(&tracker, at: 1.2, [])
        #expect(tracker.tracks.map(\.latestBox) == [seen])
    }

    @Test("Two who cross stay who they were")
    func cross() throws {
        var tracker = ObjectTracker()
        for step in 0..<40 {
            let way = 0.02 * Double(step)
            _ = look(
                &tracker, at: Double(step) * 0.2, [("person", 0.8, box(0.1 + way, 0.4)), ("person", 0.8, box(0.9 - way, 0.45))])
        }
        #expect(tracker.tracks.map(\.number) == [1, 2])
        let (first, second) = (try #require(tracker.tracks.first), try #require(tracker.tracks.last))
        #expect(first.box.x > 0.8 && second.box.x < 0.2)
    }

    @Test("What is small and quick is one track although its boxes do not touch")
    func quick() {
        var tracker = ObjectTracker()
        for step in 0..<12 {
            _ = look(&tracker, at: Double(step) * 0.2, [("dog", 0.7, box(0.1 + 0.06 * Double(step), 0.5, width: 0.05, height: 0.05))])
        }
        #expect(tracker.tracks.map(\.number) == [1])
    }

    @Test("Its label is what most sightings say, among what can be confused; what cannot is another thing")
    func votes() {
        var tracker = ObjectTracker()
        for step in 0..<9 {
            _ = look(
                &tracker, at: Double(step) * 0.2, [(step % 3 == 0 ? "dog" : "cat", 0.6, box(0.5, 0.5)), ("person", 0.9, box(0.5, 0.5))])
        }
        #expect(tracker.tracks.map(\.label).sorted() == ["cat", "person"])
    }

    @Test("One doubtful sighting, or furniture, is nothing")
    func nothing() {
        var tracker = ObjectTracker()
        _ = look(&tracker, at: 0, [("person", 0.3, box(0.2, 0.2)), ("chair", 0.9, box(0.6, 0.6))])
        #expect(tracker.tracks.isEmpty)
        _ = look(&tracker, at: 0.2, [("person", 0.5, box(0.2, 0.2))])
        #expect(tracker.tracks.map(\.isConfirmed) == [false])
        for step in 2..<4 { _ = look(&tracker, at: Double(step) * 0.2, []) }
        #expect(tracker.tracks.isEmpty)
    }

    @Test("A parked car in rain has not moved, however long; one that drives has")
    func parked() throws {
        var tracker = ObjectTracker()
        var generator = SeededGenerator(seed: 3)
        for step in 0..<500 {
            func jitter() -> Double { Double.random(in: -0.006...0.006, using: &generator) }
            let parked = box(0.2 + jitter(), 0.6 + jitter(), width: 0.2 + jitter(), height: 0.12 + jitter())
            let driving = box(0.05 + 0.0016 * Double(step), 0.2, width: 0.15, height: 0.1)
            _ = look(&tracker, at: Double(step) * 0.2, [("car", 0.8, parked), ("car", 0.8, driving)])
        }
        let (car, other) = (try #require(tracker.tracks.first), try #require(tracker.tracks.last))
        #expect(tracker.tracks.count == 2)
        #expect(!car.hasMoved && car.stillSeconds(at: MediaTime(seconds: 99.8)) > 90)
        #expect(other.hasMoved)
    }

    @Test("What lies outside the parts that were looked at is not missed")
    func covered() {
        var tracker = ObjectTracker()
        for step in 0..<4 { _ = look(&tracker, at: Double(step), [("person", 0.9, box(0.1, 0.1))]) }
        for step in 4..<40 { _ = look(&tracker, at: Double(step), [], covered: [Box(x: 0.5, y: 0.5, width: 0.5, height: 0.5)]) }
        #expect(tracker.tracks.map(\.misses) == [0])
        for step in 40..<44 { _ = look(&tracker, at: Double(step), []) }
        #expect(tracker.tracks.isEmpty)
    }

    @Test("Thousands of boxes make no more tracks than there may be, and those that are believed stay")
    func flood() {
        var tracker = ObjectTracker()
        for step in 0..<4 { _ = look(&tracker, at: Double(step) * 0.2, [("person", 0.9, box(0.9, 0.8))]) }
        var generator = SeededGenerator(seed: 1)
        for step in 4..<7 {
            let flood = (0..<500).map { _ in
                ("car", 0.6, box(.random(in: 0...1, using: &generator), .random(in: 0...1, using: &generator), width: 0.01, height: 0.01))
            }
            _ = look(&tracker, at: Double(step) * 0.2, flood + [("person", 0.9, box(0.9, 0.8))])
            #expect(tracker.tracks.count <= tracker.settings.limit)
        }
        #expect(tracker.tracks.contains { $0.number == 1 && $0.sightings == 7 })
    }

    @Test("A clock that goes back, and boxes without size, are survived")
    func broken() {
        var tracker = ObjectTracker()
        for seconds in [10.0, 10.2, 3, 3.2, 1e6, 10.4] {
            _ = look(&tracker, at: seconds, [("person", 0.9, box(0.5, 0.5, width: 0, height: 0)), ("person", 0.9, box(0.2, 0.2))])
        }
        #expect(tracker.tracks.allSatisfy { $0.box.x.isFinite && $0.box.width.isFinite })
    }
}
