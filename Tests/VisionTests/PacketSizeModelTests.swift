import Testing

@testable import Vision

@Suite struct PacketSizeModelTests {
    /// Feeds groups of thirty packets; sizes waver by a tenth and grow with the distance from the keyframe.
    private func teach(_ model: inout PacketSizeModel, groups: Int, base: Double = 900) -> Int {
        var alarms = 0
        for group in 0..<groups {
            for place in 0..<30 {
                let wave = 1 + 0.1 * Double((group &* 37 &+ place &* 53) % 21 - 10) / 10
                if model.take(size: Int(base * (0.3 + 0.7 * min(1, Double(place) / 8)) * wave)) { alarms += 1 }
            }
            model.endGroup(quiet: true)
        }
        return alarms
    }

    @Test("Ordinary packets give no alarm, though they grow within each group")
    func ordinary() {
        var model = PacketSizeModel()
        _ = teach(&model, groups: 40)
        let calm = teach(&model, groups: 20)
        #expect(calm <= 4)
        #expect(model.alarmLevel != nil)
    }

    @Test("Packets twice as large give an alarm within four")
    func doubled() {
        var model = PacketSizeModel()
        _ = teach(&model, groups: 20)
        for _ in 0..<10 { _ = model.take(size: 900) }
        let alarms = (0..<4).map { _ in model.take(size: 1900) }
        #expect(alarms.contains(true))
    }

    @Test("Sizes are proven by three beginnings that showed, and no longer by one that did not")
    func proof() {
        var model = PacketSizeModel()
        model.noteBeginning(shown: true)
        _ = teach(&model, groups: 20)
        #expect(!model.isProven)
        for _ in 0..<3 { model.noteBeginning(shown: true) }
        #expect(model.isProven)
        model.noteBeginning(shown: false)
        #expect(!model.isProven)
    }

    @Test("When the camera encodes differently from now on, the new sizes become the ordinary ones")
    func newRegime() {
        var model = PacketSizeModel()
        _ = teach(&model, groups: 20, base: 16_000)
        _ = teach(&model, groups: 16, base: 900)
        let calm = teachQuietly(&model)
        #expect(calm == 0)
        for _ in 0..<10 { _ = model.take(size: 900) }
        let alarms = (0..<4).map { _ in model.take(size: 2500) }
        #expect(alarms.contains(true))
    }

    private func teachQuietly(_ model: inout PacketSizeModel) -> Int {
        var copy = model
        return teach(&copy, groups: 2) > 2 ? 1 : 0
    }

    @Test("Absurd sizes and endless groups are survived")
    func garbage() {
        var model = PacketSizeModel()
        for size in [Int.min, -1, 0, Int.max] { _ = model.take(size: size) }
        for _ in 0..<5000 { _ = model.take(size: 1000) }
        for _ in 0..<10 {
            model.endGroup(quiet: true)
            _ = model.take(size: Int.max)
        }
        #expect(model.alarmBytes.map(\.isFinite) ?? true)
    }
}
