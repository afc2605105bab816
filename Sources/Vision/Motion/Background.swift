/// What each pixel of the empty scene looks like, and how much it wavers by itself.
///
/// A pixel is foreground when it lies outside the envelope: the darkest and brightest background value of its 3 × 3 neighbourhood,
/// widened by a threshold that follows the pixel's own noise. The neighbourhood makes swaying by up to a pixel of the reduced image
/// invisible; the noise term learns what sways further, flickers or carries compression noise.
struct Background: Sendable {
    let width: Int
    let height: Int
    /// Units of `ReducedLuma`.
    private(set) var mean: [Int16]
    /// Mean absolute deviation, units of `ReducedLuma`.
    private(set) var noise: [Int16]
    private var low: [Int16]
    private var high: [Int16]
    private var rowScratch: [Int16]

    /// Multiples of the noise that a pixel must deviate by, times 256, for each pixel (zones have sensitivities of their own).
    private var noiseFactor: [Int16]
    /// The least deviation, units of `ReducedLuma`.
    private var leastThreshold: [Int16]
    private static let largestThreshold: Int16 = 45 * 64
    private static let freshNoise: Int16 = 96

    init(_ first: ReducedLuma, sensitivity: [Float]) {
        width = first.width
        height = first.height
        let count = first.pixels.count
        mean = first.pixels
        noise = [Int16](repeating: Self.freshNoise, count: count)
        low = mean
        high = mean
        rowScratch = mean
        noiseFactor = []
        leastThreshold = []
        setSensitivity(sensitivity)
    }

    /// - Parameter sensitivity: 0…1 for each pixel.
    mutating func setSensitivity(_ sensitivity: [Float]) {
        noiseFactor = sensitivity.map { Int16(4 * 256 * Self.caution($0)) }
        leastThreshold = sensitivity.map { Int16(6 * 64 * Self.caution($0)) }
        rebuildEnvelope()
    }

    /// 2 at sensitivity 0, 1 at a half, 0.5 at 1.
    private static func caution(_ sensitivity: Float) -> Float {
        let exponent = 1 - 2 * min(max(sensitivity, 0), 1)
        return exponent >= 0 ? 1 + exponent : 1 / (1 - exponent)
    }

    /// The deviation at which a pixel is foreground, before the neighbourhood widens it. Units of `ReducedLuma`.
    func threshold(_ index: Int) -> Int16 {
        let scaled = (Int32(noise[index]) &* Int32(noiseFactor[index])) >> 8
        return Int16(truncatingIfNeeded: min(max(scaled, Int32(leastThreshold[index])), Int32(Self.largestThreshold)))
    }

    /// Writes 1 for foreground, 0 for background.
    func classify(_ pixels: [Int16], into mask: inout [UInt8]) {
        BackgroundKernels.classify(pixels, low: low, high: high, into: &mask)
    }

    /// Moves the background along with the light of the whole picture.
    mutating func follow(_ change: LightChange) {
        BackgroundKernels.follow(&mean, gain: change.gain, offset: change.offset)
        rebuildEnvelope()
    }

    /// Learns from a picture. Pixels with `protected` ≠ 0 belong to a moving thing: their mean stays, their noise is learned slowly, so
    /// that something which waves on for minutes becomes background in the end.
    /// - Parameters: Rates are shares of the difference taken over, times 65,536.
    mutating func learn(_ pixels: [Int16], protected: [UInt8], meanRate: Int32, noiseRate: Int32) {
        BackgroundKernels.learn(
            pixels, protected: protected, meanRate: meanRate, noiseRate: noiseRate, mean: &mean, noise: &noise)
        rebuildEnvelope()
    }

    /// Takes over what the picture shows at the marked pixels.
    mutating func absorb(_ pixels: [Int16], where marked: [UInt8]) {
        for index in 0..<mean.count where marked[index] != 0 {
            mean[index] = pixels[index]
            noise[index] = max(noise[index] / 2, Self.freshNoise)
        }
        rebuildEnvelope()
    }

    /// Starts anew from one picture, wary until the noise is known again.
    mutating func restart(_ pixels: [Int16]) {
        mean = pixels
        for index in 0..<noise.count { noise[index] = max(noise[index], Self.freshNoise) }
        rebuildEnvelope()
    }

    private mutating func rebuildEnvelope() {
        BackgroundKernels.smallest(of: mean, width: width, height: height, rows: &rowScratch, into: &low)
        BackgroundKernels.largest(of: mean, width: width, height: height, rows: &rowScratch, into: &high)
        BackgroundKernels.widen(
            low: &low, high: &high, noise: noise, factor: noiseFactor, least: leastThreshold,
            largest: Int32(Self.largestThreshold))
    }
}
