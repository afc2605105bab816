import Testing

@testable import Vision

@Suite struct LightChangeTests {
    @Test(
        "Gain and offset of the light are found although a quarter of the picture is something else",
        arguments: [
            (1.0, 0.0), (1.3, 0.0), (0.6, 10.0), (1.0, -30.0),
        ])
    func fit(gain: Double, offset: Double) {
        var scene = SyntheticScene()
        let before = scene.picture()
        scene.gain = gain
        scene.offset = offset
        let after = scene.picture { x, y, ground in x < 48 && y < 32 ? 20 : ground }
        let change = LightChange.fit(from: before.pixels, to: after.pixels, width: before.width, height: before.height)
        for value in [90, 130, 190] {
            let expected = Double(value) * gain + offset
            #expect(abs(Double(change.apply(Int32(value * 64))) / 64 - expected) < 4)
        }
        #expect(!change.isImplausible)
    }

    @Test("Contrast turned over is implausible")
    func inverted() {
        var scene = SyntheticScene()
        let before = scene.picture()
        scene.inverted = true
        let after = scene.picture()
        #expect(LightChange.fit(from: before.pixels, to: after.pixels, width: before.width, height: before.height).isImplausible)
    }
}
