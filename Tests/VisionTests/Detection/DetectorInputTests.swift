import Testing
import Vision

@Suite struct DetectorInputTests {
    private static let mean: [Float] = [123.675, 116.28, 103.53]
    private static let deviation: [Float] = [58.395, 57.12, 57.375]

    @Test("Each kind's usual input is that of its publication")
    func usual() {
        #expect(
            DetectorKind.picoDet.usualInput(width: 416, height: 320)
                == PictureInput(width: 416, height: 320, order: .rgb, mean: Self.mean, deviation: Self.deviation))
        #expect(
            DetectorKind.nanoDetPlus.usualInput(width: 320, height: 320)
                == PictureInput(width: 320, height: 320, order: .bgr, mean: Self.mean.reversed(), deviation: Self.deviation.reversed()))
        #expect(
            DetectorKind.yolox.usualInput(width: 640, height: 640)
                == PictureInput(width: 640, height: 640, order: .bgr, fit: .corner(fill: 114)))
    }

    @Test("With another order of the colours their means go along")
    func order() {
        #expect(DetectorKind.picoDet.usualInput(width: 64, height: 64, order: .bgr).mean == Self.mean.reversed())
        #expect(DetectorKind.nanoDetPlus.usualInput(width: 64, height: 64, order: .rgb).deviation == Self.deviation)
        #expect(DetectorKind.yolox.usualInput(width: 64, height: 64, order: .rgb).order == .rgb)
    }
}
