import MediaTypes
import Testing

@testable import Vision

@Suite struct MotionDetectorTests {
    @Test("An empty scene is quiet whatever its noise", arguments: [0.0, 1.0, 3.0, 6.0])
    func quietScene(noise: Double) {
        let watch = Watch(scene: SyntheticScene(noise: noise))
        #expect(watch.rest(seconds: 12) == 0)
    }

    @Test("Something that walks by is motion, boxed where it is and dated by its first frame", arguments: [1.0, 3.0])
    func walker(noise: Double) throws {
        let watch = Watch(scene: SyntheticScene(noise: noise))
        #expect(watch.rest(seconds: 5) == 0)
        let start = watch.time
        let seen = watch.walk(frames: 30)
        #expect(seen.filter(\.motion).count >= 26)
        let confirmed = try #require(seen.first { $0.motion })
        #expect(confirmed.since == start)
        let last = try #require(seen.last { $0.motion })
        let box = try #require(last.boxes.first)
        #expect(abs(box.x * 96 - 62) <= 3)
        #expect(abs(box.y * 64 - 24) <= 3)
        #expect(abs(box.width * 96 - 8) <= 5)
        #expect(abs(box.height * 64 - 16) <= 5)
        #expect(last.score > 0.5 && last.score <= 1)
        #expect(!last.reasons.isEmpty)
        #expect(watch.rest(seconds: 1) <= 2)
        #expect(watch.rest(seconds: 4) == 0)
    }

    @Test("A step of the whole picture's light is not motion", arguments: [(1.25, 0.0), (0.7, 0.0), (1.0, 25.0), (0.8, -15.0)])
    func lightStep(gain: Double, offset: Double) {
        let watch = Watch()
        #expect(watch.rest(seconds: 5) == 0)
        watch.scene.gain = gain
        watch.scene.offset = offset
        #expect(watch.rest(seconds: 5) == 0)
        #expect(watch.walk(frames: 20).contains { $0.motion })
    }

    @Test("Slowly changing light is not motion")
    func dawn() {
        let watch = Watch()
        #expect(watch.rest(seconds: 4) == 0)
        for _ in 0..<20 {
            watch.scene.gain *= 1.02
            #expect(watch.rest(seconds: 1) == 0)
        }
    }

    @Test("The switch to infrared is not motion, and motion is found after it", arguments: [true, false])
    func infrared(inverted: Bool) {
        let watch = Watch()
        #expect(watch.rest(seconds: 5) == 0)
        watch.scene.inverted = inverted
        watch.scene.gain = inverted ? 0.8 : 0.1
        watch.scene.offset = inverted ? 0 : 100
        watch.scene.noise = 2
        #expect(watch.rest(seconds: 6) == 0)
        watch.scene.gain = 0.8
        watch.scene.offset = 0
        #expect(watch.rest(seconds: 6) == 0)
        #expect(watch.walk(frames: 20, brightness: 10).contains { $0.motion })
    }

    @Test("A patch that sways becomes part of the scene, and a walker elsewhere is still seen")
    func swaying() {
        let watch = Watch()
        func sway(_ frame: Int) -> (Int, Int, Double) -> Double {
            { x, y, ground in
                guard x < 24, y < 20 else { return ground }
                let shift = [0, 1, 2, 1, 0, -1, -2, -1][frame % 8]
                return 90 + 30 * Double((x + shift + y / 3) % 6 / 3)
            }
        }
        for frame in 0..<80 { _ = watch.see(sway(frame)) }
        var moving = 0
        for frame in 80..<160 where watch.see(sway(frame)).motion { moving += 1 }
        #expect(moving == 0)
        var seen = 0
        for frame in 160..<185 {
            let left = 30 + 2 * (frame - 160)
            let observation = watch.see { x, y, ground in
                (left..<(left + 8)).contains(x) && (30..<46).contains(y) ? 30 : sway(frame)(x, y, ground)
            }
            if observation.motion { seen += 1 }
        }
        #expect(seen >= 20)
    }

    @Test("Rain is not motion")
    func rain() {
        let watch = Watch()
        var moving = 0
        for frame in 0..<120 {
            let observation = watch.see { x, y, ground in
                // Streaks one pixel wide and six high, elsewhere in each frame.
                (x &* 31 &+ frame &* 17) % 23 == 0 && ((y &+ frame &* 13 &+ x &* 7) / 6) % 9 == 0 ? ground + 40 : ground
            }
            if observation.motion { moving += 1 }
        }
        #expect(moving == 0)
    }

    @Test("A soft shadow is not motion")
    func shadow() {
        let watch = Watch()
        #expect(watch.rest(seconds: 5) == 0)
        var moving = 0
        for step in 0..<30 {
            let centre = Double(10 + 2 * step)
            let observation = watch.see { x, y, ground in
                let distance = ((Double(x) - centre) * (Double(x) - centre) + (Double(y) - 22) * (Double(y) - 22)).squareRoot()
                return ground * (1 - 0.22 * max(0, 1 - distance / 18))
            }
            if observation.motion { moving += 1 }
        }
        #expect(moving == 0)
    }

    @Test("What was there from the start and leaves does not stay as a ghost")
    func ghost() {
        let watch = Watch()
        for _ in 0..<50 { _ = watch.see { x, y, ground in (40..<50).contains(x) && (24..<42).contains(y) ? 20 : ground } }
        for step in 0..<24 {
            let left = 40 + 2 * step
            _ = watch.see { x, y, ground in (left..<(left + 10)).contains(x) && (24..<42).contains(y) ? 20 : ground }
        }
        _ = watch.rest(seconds: 4)
        #expect(watch.rest(seconds: 6) == 0)
    }

    @Test("What stays still in the end belongs to the scene")
    func parked() {
        let watch = Watch()
        #expect(watch.rest(seconds: 5) == 0)
        _ = watch.walk(frames: 16)
        let parked: (Int, Int, Double) -> Double = { x, y, ground in (34..<42).contains(x) && (24..<40).contains(y) ? 30 : ground }
        #expect(watch.see(parked).motion)
        for _ in 0..<500 { _ = watch.see(parked) }
        #expect(!watch.see(parked).motion)
    }

    @Test("Inside a mask nothing is motion")
    func mask() {
        let lower = Polygon([.init(x: 0, y: 0.3), .init(x: 1, y: 0.3), .init(x: 1, y: 0.7), .init(x: 0, y: 0.7)])
        let watch = Watch(MotionSettings(masks: [lower]))
        #expect(watch.rest(seconds: 5) == 0)
        #expect(!watch.walk(frames: 30).contains { $0.motion })
    }

    @Test("With zones, only they count, and the hit ones are named")
    func zones() {
        let left = Polygon([.init(x: 0, y: 0), .init(x: 0.4, y: 0), .init(x: 0.4, y: 1), .init(x: 0, y: 1)])
        let far = Polygon([.init(x: 0.9, y: 0), .init(x: 1, y: 0), .init(x: 1, y: 0.1), .init(x: 0.9, y: 0.1)])
        let watch = Watch(MotionSettings(zones: [MotionZone(name: "door", polygon: left), MotionZone(name: "roof", polygon: far)]))
        #expect(watch.rest(seconds: 5) == 0)
        let seen = watch.walk(frames: 35)
        #expect(seen[..<15].contains { $0.motion })
        #expect(seen.filter(\.motion).allSatisfy { $0.zones == ["door"] })
        #expect(!seen[25...].contains { $0.motion })
    }

    @Test("Minimum area and duration keep small and short things out")
    func minima() {
        let large = Watch(MotionSettings(minimumArea: 0.1))
        #expect(large.rest(seconds: 3) == 0)
        #expect(!large.walk(frames: 20).contains { $0.motion })
        let long = Watch(MotionSettings(minimumDuration: 2.5))
        #expect(long.rest(seconds: 3) == 0)
        let seen = long.walk(frames: 35)
        #expect(!seen[..<20].contains { $0.motion })
        #expect(seen[28...].contains { $0.motion })
    }

    @Test("Higher sensitivity sees fainter things")
    func sensitivity() {
        func sightings(_ sensitivity: Double) -> Int {
            let watch = Watch(MotionSettings(sensitivity: sensitivity), scene: SyntheticScene(noise: 0.5))
            _ = watch.rest(seconds: 4)
            return watch.walk(frames: 14, brightness: 118).filter(\.motion).count
        }
        #expect(sightings(0) == 0)
        #expect(sightings(1) > 5)
    }

    @Test("Times that stand still or run back, and a new picture size, are survived")
    func brokenTimes() {
        var detector = MotionDetector()
        var scene = SyntheticScene()
        for seconds in [5.0, 5, 1, 0, -3, 1e9, 2] { _ = detector.observe(scene.picture(), at: MediaTime(seconds: seconds)) }
        scene.width = 60
        let resized = detector.observe(scene.picture(), at: MediaTime(seconds: 3))
        #expect(!resized.motion)
        let tiny = detector.observe(ReducedLuma(width: 1, height: 1, pixels: [0]), at: MediaTime(seconds: 4))
        #expect(!tiny.motion)
    }

    @Test("After a reconnect with an earlier clock the scene is still known, and a walker is found at once")
    func reconnect() {
        let watch = Watch()
        #expect(watch.rest(seconds: 6) == 0)
        watch.detector.restartClock()
        var seen = 0
        for step in 0..<10 {
            let left = 10 + 2 * step
            let picture = watch.scene.picture { x, y, ground in (left..<(left + 8)).contains(x) && (24..<40).contains(y) ? 30 : ground }
            if watch.detector.observe(picture, at: MediaTime(nanoseconds: Int64(step) * 100_000_000)).motion { seen += 1 }
        }
        #expect(seen >= 7)
    }

    @Test("A picture with something new in it is suspect, the empty scene is not, and asking changes nothing")
    func suspicion() {
        let watch = Watch()
        #expect(watch.rest(seconds: 6) == 0)
        let empty = watch.scene.picture()
        let visited = watch.scene.picture { x, y, ground in (20..<28).contains(x) && (20..<36).contains(y) ? 30 : ground }
        let answers = [empty, visited, empty].map { watch.detector.suspects($0) }
        #expect(answers == [false, true, false])
        #expect(watch.rest(seconds: 1) == 0)
    }
}
