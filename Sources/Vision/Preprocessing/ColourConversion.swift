import MediaTypes

/// From luma and chroma to red, green and blue: ITU-R BT.601 and BT.709, limited and full range.
struct ColourConversion: Sendable {
    let lumaOffset: Float
    let lumaScale: Float
    let redFromCr: Float
    let greenFromCb: Float
    let greenFromCr: Float
    let blueFromCb: Float

    init(_ matrix: PlanarLayout.Matrix, isFullRange: Bool) {
        // The shares of red and blue in luma, from which all else follows.
        let (red, blue): (Float, Float) = matrix == .bt709 ? (0.2126, 0.0722) : (0.299, 0.114)
        let green = 1 - red - blue
        lumaOffset = isFullRange ? 0 : 16
        lumaScale = isFullRange ? 1 : 255 / 219
        let chromaScale: Float = isFullRange ? 1 : 255 / 224
        redFromCr = 2 * (1 - red) * chromaScale
        blueFromCb = 2 * (1 - blue) * chromaScale
        greenFromCb = -2 * (1 - blue) * blue / green * chromaScale
        greenFromCr = -2 * (1 - red) * red / green * chromaScale
    }

    /// 0…255 each.
    @inline(__always)
    func convert(luma: Float, cb: Float, cr: Float) -> (red: Float, green: Float, blue: Float) {
        let light = (luma - lumaOffset) * lumaScale
        let (cb, cr) = (cb - 128, cr - 128)
        return (
            min(max(light + redFromCr * cr, 0), 255), min(max(light + greenFromCb * cb + greenFromCr * cr, 0), 255),
            min(max(light + blueFromCb * cb, 0), 255)
        )
    }
}
