import MediaTypes
import Testing

@testable import Vision

@Suite struct MotionGateTests {
    /// Runs a gate over a stream of ten frames a second and writes down what it does.
    private struct Stream {
        var gate: MotionGate
        var group: Int
        var frame = 0
        var decoded = 0
        var probes = 0
        var wakes: [GateTrigger] = []
        /// Whether a frame shows something.
        var visited: (Int) -> Bool = { _ in false }
        var size: (Int) -> Int = { 20_000 + ($0 &* 7919) % 4000 }

        init(enabled: Bool = true, group: Int, pixels: Int = 1920 * 1080) {
            gate = MotionGate(enabled: enabled, pixels: pixels)
            self.group = group
        }

        mutating func run(frames: Int) {
            for _ in 0..<frames {
                let time = MediaTime(nanoseconds: Int64(frame) * 100_000_000)
                let keyframe = frame % group == 0
                var action = gate.take(keyframe: keyframe, size: keyframe ? 150_000 : size(frame), at: time)
                if action == .probe {
                    probes += 1
                    action = gate.probed(suspicious: visited(frame), at: time)
                }
                if case .wake(let trigger) = action { wakes.append(trigger) }
                if !gate.isAsleep {
                    decoded += 1
                    let began = visited(frame) && !(frame > 0 && visited(frame - 1))
                    gate.observed(suspicious: visited(frame), began: began, at: time)
                }
                frame += 1
            }
        }
    }

    @Test("With short groups a quiet scene is left asleep, its keyframes looked at")
    func quiet() {
        var stream = Stream(group: 20)
        stream.run(frames: 600)
        #expect(stream.gate.isAsleep == true)
        #expect(stream.decoded < 120)
        #expect(stream.probes >= 24)
    }

    @Test("Without the gate everything is decoded")
    func disabled() {
        var stream = Stream(enabled: false, group: 20)
        stream.run(frames: 200)
        #expect(stream.decoded == 200)
        #expect(stream.probes == 0)
    }

    @Test("A keyframe that shows something wakes it, and it sleeps again once the visit is over")
    func visit() {
        var stream = Stream(group: 20)
        stream.visited = { (215..<260).contains($0) }
        stream.run(frames: 240)
        #expect(stream.gate.isAsleep == false)
        #expect(stream.gate.trigger == .keyframe)
        #expect(stream.gate.triggerTime == MediaTime(seconds: 22))
        stream.run(frames: 60)
        #expect(stream.gate.isAsleep == true)
    }

    @Test("Packets that grow wake it before the next keyframe")
    func grown() {
        var stream = Stream(group: 20)
        stream.run(frames: 405)
        let size = stream.size
        stream.size = { size($0) * 3 }
        stream.run(frames: 4)
        #expect(stream.wakes.last == .packetSize)
        let asleep = stream.gate.isAsleep
        #expect(!asleep)
    }

    @Test("Groups longer than two seconds are decoded whole until packet sizes are proven, and then they are not")
    func longGroups() {
        var stream = Stream(group: 80)
        stream.run(frames: 1600)
        #expect(stream.decoded == 1600)
        let size = stream.size
        let visited: (Int) -> Bool = { $0 > 1600 && $0 % 400 >= 200 && $0 % 400 < 240 }
        stream.visited = visited
        stream.size = { visited($0) ? size($0) * 3 : size($0) }
        stream.run(frames: 1600)
        #expect(stream.gate.sizes.isProven)
        let before = stream.decoded
        stream.run(frames: 800)
        #expect(stream.decoded - before < 500)
        #expect(stream.wakes.last == .packetSize)
    }

    @Test("Small and even packets let every second keyframe pass")
    func passedKeyframes() {
        var stream = Stream(group: 20)
        stream.size = { 400 + ($0 &* 7919) % 60 }
        stream.run(frames: 1000)
        let probes = stream.probes
        stream.run(frames: 400)
        #expect(stream.probes - probes <= 11)
        #expect(stream.probes - probes >= 9)
    }

    @Test("What is held in memory is bounded: packets that outgrow it wake the gate")
    func memory() {
        var stream = Stream(group: 20)
        stream.run(frames: 110)
        #expect(stream.gate.isAsleep == true)
        stream.group = 100_000
        stream.run(frames: 60)
        #expect(stream.gate.isAsleep == false)
    }
}
