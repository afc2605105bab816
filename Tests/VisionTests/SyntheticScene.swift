import MediaTypes

@testable import Vision

/// A small textured scene with sensor noise, rendered straight at the reduced size. The same seed gives the same pictures.
struct SyntheticScene {
    var width = 96
    var height = 64
    /// Standard deviation of the noise in steps of 8-bit luma, after the averaging.
    var noise: Double
    /// Applied to every pixel before the noise.
    var gain = 1.0
    var offset = 0.0
    /// Contrast is turned over, as infrared does to foliage and clothes.
    var inverted = false

    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(noise: Double = 1) { self.noise = noise }

    /// Draws the next picture.
    /// - Parameter paint: Gives the brightness at a place, from that of the ground.
    mutating func picture(_ paint: (_ x: Int, _ y: Int, _ ground: Double) -> Double = { $2 }) -> ReducedLuma {
        var pixels = [Int16]()
        pixels.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width {
                var value = paint(x, y, ground(x, y))
                if inverted { value = 255 - value }
                value = value * gain + offset + noise * gaussian()
                pixels.append(Int16(min(max(value, 0), 255) * 64))
            }
        }
        return ReducedLuma(width: width, height: height, pixels: pixels)
    }

    /// A wall with a window, over a floor of tiles.
    private func ground(_ x: Int, _ y: Int) -> Double {
        if y > height * 2 / 3 { return (x / 8 + y / 8).isMultiple(of: 2) ? 90 : 105 }
        if (60..<80).contains(x), (10..<26).contains(y) { return 190 }
        return 120 + Double(x) * 0.3
    }

    /// Sum of four uniform numbers: near enough to a normal one.
    private mutating func gaussian() -> Double {
        var sum = 0.0
        for _ in 0..<4 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            sum += Double(state >> 40) / Double(1 << 24) - 0.5
        }
        return sum * 1.732
    }
}

/// A detector on a synthetic scene at ten frames a second.
final class Watch {
    var scene: SyntheticScene
    var detector: MotionDetector
    private(set) var frame = 0

    init(_ settings: MotionSettings = MotionSettings(), scene: SyntheticScene = SyntheticScene()) {
        detector = MotionDetector(settings: settings)
        self.scene = scene
    }

    /// Seconds of clip time so far.
    var time: MediaTime { MediaTime(nanoseconds: Int64(frame) * 100_000_000) }

    func see(_ paint: (_ x: Int, _ y: Int, _ ground: Double) -> Double = { $2 }) -> MotionObservation {
        let observation = detector.observe(scene.picture(paint), at: time)
        frame += 1
        return observation
    }

    /// Looks at the empty scene and counts the frames with motion.
    func rest(seconds: Double) -> Int {
        var moving = 0
        for _ in 0..<Int(seconds * 10) where see().motion { moving += 1 }
        return moving
    }

    /// Lets something of 8 × 16 pixels walk from left to right at two pixels a frame.
    func walk(frames: Int, brightness: Double = 30, top: Int = 24) -> [MotionObservation] {
        (0..<frames).map { step in
            let left = 4 + 2 * step
            return see { x, y, ground in
                (left..<(left + 8)).contains(x) && (top..<(top + 16)).contains(y) ? brightness + Double((x + y) % 3) * 8 : ground
            }
        }
    }
}
