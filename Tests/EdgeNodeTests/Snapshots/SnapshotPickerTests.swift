import MediaTypes
import Protocol
import Testing

@testable import EdgeNode

@Suite("Snapshot picker")
struct SnapshotPickerTests {
    private static let event = EventID(high: 0x0192_F6C2_0000_7000, low: 0x8000_0000_0000_0001)

    /// What is given out for frames of a worth, ten a second, in an event that starts with the first: "rank:frame" each.
    private func run(_ worths: [Double], damaged: Set<Int> = []) -> [String] {
        var picker = SnapshotPicker<Int>()
        var given: [SnapshotShot<Int>?] = []
        picker.begin(Self.event, at: MediaTime(seconds: 10))
        for (frame, worth) in worths.enumerated() {
            picker.offer(frame, worth: worth, isDamaged: damaged.contains(frame))
            given.append(picker.due(at: MediaTime(seconds: 10 + Double(frame) / 10)))
        }
        given.append(picker.end())
        return given.compactMap { $0 }.map { "\($0.rank):\($0.picture)" }
    }

    @Test("The best of the first moments is given out after them, the best of all at the end, where it is clearly better")
    func transcript() {
        var worths = [Double](repeating: 1, count: 40)
        #expect(run(worths) == ["1:0"])
        worths[7] = 2
        #expect(run(worths) == ["1:7"])
        worths[20] = 2.5
        #expect(run(worths) == ["1:7"])
        worths[22] = 2.7
        #expect(run(worths) == ["1:7", "2:22"])
        worths[30] = 2.71
        #expect(run(worths) == ["1:7", "2:30"])
    }

    @Test("An event shorter than the first moments has one picture")
    func short() {
        #expect(run([1, 3, 2]) == ["1:1"])
        #expect(run([]) == [])
    }

    @Test("A damaged frame is only taken for want of others")
    func damaged() {
        #expect(run([1, 0.5, 3], damaged: [0, 2]) == ["1:1"])
        #expect(run([1, 2], damaged: [0, 1]) == ["1:1"])
        var worths = [Double](repeating: 4, count: 16)
        worths.append(0.1)
        #expect(run(worths, damaged: Set(0..<16)) == ["1:0", "2:16"])
    }

    @Test("Frames that are worth nothing, or no number, still make one picture", arguments: [0, Double.nan, -Double.infinity])
    func worthless(worth: Double) {
        #expect(run([Double](repeating: worth, count: 40)) == ["1:0"])
    }

    @Test("A picture is given out with the boxes of its own frame, and of no other")
    func boxes() {
        var picker = SnapshotPicker<Int>()
        picker.begin(Self.event, at: MediaTime(seconds: 10))
        var shots: [SnapshotShot<Int>?] = []
        for frame in 0..<40 {
            let worth = frame == 22 ? 3.0 : frame == 7 ? 2.0 : 1.0
            let area = SnapshotArea(left: Double(frame) / 100, top: 0, right: 1, bottom: 1)
            picker.offer(frame, worth: worth, isDamaged: false, boxes: [SnapshotBox(kind: .motion, area: area)])
            shots.append(picker.due(at: MediaTime(seconds: 10 + Double(frame) / 10)))
        }
        shots.append(picker.end())
        let given = shots.compactMap { $0 }
        #expect(given.map(\.picture) == [7, 22])
        #expect(given.map { $0.boxes.map(\.area.left) } == [[0.07], [0.22]])
    }

    @Test("Outside events nothing is held or given out")
    func outside() {
        var picker = SnapshotPicker<Int>()
        picker.offer(1, worth: 1, isDamaged: false)
        #expect(picker.due(at: MediaTime(seconds: 100)) == nil)
        #expect(picker.end() == nil)
        picker.begin(Self.event, at: MediaTime(seconds: 1))
        picker.offer(1, worth: 1, isDamaged: false)
        let other = EventID(high: 2, low: 2)
        picker.begin(other, at: MediaTime(seconds: 9))
        picker.offer(2, worth: 0.1, isDamaged: false)
        #expect(picker.due(at: MediaTime(seconds: 10)) == nil)
        let shot = picker.end()
        #expect(shot?.event == other && shot?.picture == 2 && shot?.rank == 1)
        #expect(picker.end() == nil)
    }
}
