import Base
import Foundation
import Media
import MediaTypes
import Protocol
import TestSupport
import Testing
import Vision

@testable import EdgeNode

@Suite struct AnalysisPipelineTests {
    private struct Result {
        var frames: [FrameAnalysis] = []
        var events: [MotionEpisodeChange] = []
        var counters = AnalysisCounters()
        var shots: [SnapshotShot<HeldPicture>] = []

        /// Start and end of each event in seconds of the clip.
        var spans: [(Double, Double)] {
            events.filter { $0.phase == .ended }.map { ($0.start.seconds, $0.end.seconds) }
        }
    }

    private func analyse(
        _ path: String, gate: Bool, pictures: Bool = false, alter: (Int, EncodedPacket) -> EncodedPacket? = { $1 }
    ) throws -> Result {
        var result = Result()
        var demuxer = try Demuxer(MediaSource(path), stop: StopFlag())
        var pipeline = AnalysisPipeline(demuxer.stream, settings: AnalysisSettings(gate: gate), pictures: pictures)
        func keep(_ outputs: [AnalysisOutput]) {
            for output in outputs {
                switch output {
                case .frame(let frame): result.frames.append(frame)
                case .look: break
                case .episode(let change): result.events.append(change)
                case .shot(let shot):
                    // Ahead of the end, so that the end can speak of it.
                    #expect(result.events.last.map { $0.event == shot.event && $0.phase != .ended } == true)
                    result.shots.append(shot)
                }
            }
        }
        var number = 0
        while let packet = try demuxer.next() {
            if let packet = alter(number, packet) { keep(try pipeline.accept(packet)) }
            number += 1
        }
        keep(try pipeline.finish())
        result.counters = pipeline.counters
        return result
    }

    private func expectSame(_ gated: Result, _ all: Result) {
        #expect(gated.spans.count == all.spans.count)
        for (a, b) in zip(gated.spans, all.spans) { #expect(abs(a.0 - b.0) <= 0.2) }
    }

    @Test(
        "With the gate the same event is found as without, at its first frame, and fewer frames are decoded",
        arguments: [
            ("libx264", 0, 15), ("libx264", 0, 30), ("libx264", 3, 15), ("libx265", 0, 30),
        ])
    func gated(encoder: String, bFrames: Int, group: Int) throws {
        var recipe = TestClips.Recipe()
        recipe.encoder = encoder
        recipe.bFrames = bFrames
        recipe.group = group
        recipe.seconds = 16
        recipe.box = 8.3...11.2
        let path = try TestClips.shared.clip(recipe)
        let all = try analyse(path, gate: false)
        let gated = try analyse(path, gate: true)
        #expect(all.spans.count == 1)
        expectSame(gated, all)
        #expect(abs((all.spans.first?.0 ?? 0) - 8.35) < 0.2)
        #expect(all.counters.decoded == 240)
        #expect(gated.counters.decoded < 160)
        #expect(all.frames.map(\.index) == Array(0..<240))
        #expect(gated.frames.map(\.index) == gated.frames.map(\.index).sorted())
        let byIndex = Dictionary(uniqueKeysWithValues: all.frames.map { ($0.index, $0.time) })
        #expect(gated.frames.allSatisfy { byIndex[$0.index] == $0.time })
    }

    @Test("A visit that no keyframe shows wakes the gate by the size of its packets")
    func betweenKeyframes() throws {
        var recipe = TestClips.Recipe()
        recipe.group = 30
        recipe.seconds = 30
        recipe.box = 24.4...25.4
        let path = try TestClips.shared.clip(recipe)
        let all = try analyse(path, gate: false)
        let gated = try analyse(path, gate: true)
        #expect(all.spans.count == 1)
        expectSame(gated, all)
        #expect(gated.events.first?.trigger == .packetSize)
        #expect(gated.counters.decoded < 200)
    }

    @Test("Groups that are too long to sleep over are decoded whole while packet sizes are unproven")
    func longGroups() throws {
        var recipe = TestClips.Recipe()
        recipe.group = 90
        recipe.seconds = 14
        recipe.box = 8.3...10.5
        let gated = try analyse(TestClips.shared.clip(recipe), gate: true)
        #expect(gated.counters.decoded == 210)
        #expect(gated.spans.count == 1)
    }

    @Test("Other settings are in force from a keyframe on, and what is known of the scene stays", arguments: [true, false])
    func change(gate: Bool) throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 20
        recipe.box = 4.0...18.0
        recipe.boxSpeed = 15
        let path = try TestClips.shared.clip(recipe)
        var blind = AnalysisSettings(gate: gate)
        blind.motion.masks = [Polygon([.init(x: 0, y: 0), .init(x: 1, y: 0), .init(x: 1, y: 1), .init(x: 0, y: 1)])]
        var demuxer = try Demuxer(MediaSource(path), stop: StopFlag())
        var pipeline = AnalysisPipeline(demuxer.stream, settings: AnalysisSettings(gate: gate))
        var outputs: [AnalysisOutput] = []
        while let packet = try demuxer.next() {
            // Off from 8 s to 12 s.
            if packet.isKeyframe, abs(packet.presentationTime.seconds - 8) < 0.01 {
                outputs += try pipeline.change(to: blind, pictures: false)
            } else if packet.isKeyframe, abs(packet.presentationTime.seconds - 12) < 0.01 {
                outputs += try pipeline.change(to: AnalysisSettings(gate: !gate), pictures: true)
            }
            outputs += try pipeline.accept(packet)
        }
        outputs += try pipeline.finish()
        let spans = outputs.compactMap { output -> (start: Double, end: Double)? in
            guard case .episode(let change) = output, change.phase == .ended else { return nil }
            return (change.start.seconds, change.end.seconds)
        }
        #expect(spans.count == 2)
        #expect(abs((spans.first?.start ?? 0) - 4.05) < 0.3 && abs((spans.first?.end ?? 0) - 8) < 0.3)
        #expect(abs((spans.last?.start ?? 0) - 12) < 1.2 && (spans.last?.end ?? 0) > 17)
        #expect(outputs.contains { if case .shot = $0 { true } else { false } })
    }

    @Test("Damaged and missing packets are survived, and the visit after them is found", arguments: [true, false])
    func damage(gate: Bool) throws {
        var recipe = TestClips.Recipe()
        recipe.group = 15
        recipe.seconds = 16
        recipe.box = 9...12
        let result = try analyse(TestClips.shared.clip(recipe), gate: gate) { number, packet in
            var packet = packet
            if (40..<60).contains(number) {
                for index in packet.data.indices where index > 8 && index % 5 == 0 { packet.data[index] ^= 0x5A }
            }
            if (60..<64).contains(number) { packet.data = [] }
            return (70..<80).contains(number) ? nil : packet
        }
        #expect(result.spans.contains { abs($0.0 - 9) < 0.4 })
    }

    @Test("An event has pictures where they are asked for, and is the same event as without", arguments: [true, false])
    func pictures(gate: Bool) throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 16
        recipe.box = 8.3...11.2
        let path = try TestClips.shared.clip(recipe)
        let plain = try analyse(path, gate: gate)
        let pictured = try analyse(path, gate: gate, pictures: true)
        #expect(plain.shots.isEmpty)
        #expect(plain.counters.decoded == pictured.counters.decoded)
        let (a, b) = (plain.events, pictured.events)
        #expect(a.map(\.phase) == b.map(\.phase) && a.map(\.end) == b.map(\.end) && a.map(\.boxes) == b.map(\.boxes))
        #expect(a.map(\.reasons) == b.map(\.reasons) && a.map(\.peakScore) == b.map(\.peakScore))
        #expect((1...2).contains(pictured.shots.count))
        #expect(pictured.shots.map(\.rank) == Array(1...pictured.shots.count))
        #expect(pictured.shots.allSatisfy { $0.event == b.first?.event && $0.picture.width == 320 && $0.picture.height == 240 })
        // The box is in them: nothing else of the picture is white.
        let shot = try #require(pictured.shots.first)
        let still = try JPEGEncoder.still(of: shot.picture)
        let folder = try TemporaryDirectory("shot")
        try Data(still.jpeg).write(to: URL(filePath: folder.path("a.jpg")))
        try TestClips.run(["-i", folder.path("a.jpg"), "-f", "rawvideo", "-pix_fmt", "rgb24", folder.path("a.rgb")])
        let colours = [UInt8](try Data(contentsOf: URL(filePath: folder.path("a.rgb"))))
        let bright = colours.count { $0 > 225 }
        #expect(bright > 3 * 48 * 48 / 2)
        // What is framed is where it is in this very frame, and little besides.
        #expect(!shot.boxes.isEmpty && shot.boxes.allSatisfy { $0.kind == .motion && $0.score == nil })
        var framed = 0
        for (pixel, red) in stride(from: 0, to: colours.count, by: 3).map({ colours[$0] }).enumerated() where red > 225 {
            let (x, y) = ((Double(pixel % 320) + 0.5) / 320, (Double(pixel / 320) + 0.5) / 240)
            if shot.boxes.contains(where: { $0.area.left <= x && x <= $0.area.right && $0.area.top <= y && y <= $0.area.bottom }) {
                framed += 1
            }
        }
        #expect(framed > 48 * 48 / 2)
        let area = shot.boxes.reduce(0.0) { $0 + ($1.area.right - $1.area.left) * ($1.area.bottom - $1.area.top) }
        #expect(area < 0.25)
    }

    @Test("The truth clips give the same events with and without the gate", arguments: ["car432_vbr", "vgrass_vbr"])
    func truthClips(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent("../shared/testdata/video/motion/\(name).mp4").standardized.path
        guard FileManager.default.fileExists(atPath: path) else {
            print("skipped: ../shared/testdata is not here, so the truth clips are not analysed")
            return
        }
        let all = try analyse(path, gate: false)
        let gated = try analyse(path, gate: true)
        #expect(all.spans.count >= 3)
        expectSame(gated, all)
        #expect(gated.counters.decoded < all.counters.decoded)
    }
}
