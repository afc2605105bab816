/// How the planes of a decoded picture lie in memory, and what their numbers mean: one byte of luma a pixel, and two planes of chroma that
/// may be smaller.
package struct PlanarLayout: Sendable, Hashable {
    /// How much each of red, green and blue makes luma.
    package enum Matrix: String, Sendable, Hashable, CaseIterable {
        /// ITU-R BT.601: standard definition, and JPEG.
        case bt601
        /// ITU-R BT.709: high definition.
        case bt709
    }

    /// In pixels.
    package var width: Int
    package var height: Int
    /// Bytes from one row of luma to the next.
    package var lumaStride: Int
    /// Bytes from one row of each chroma plane to the next; 0 where there is no chroma.
    package var chromaStride: Int
    /// A chroma sample stands for two to the power of this pixels, across and down: 1 and 1 in 4:2:0.
    package var chromaShiftX: Int
    package var chromaShiftY: Int
    /// Whether a chroma sample lies at the first of its pixels (MPEG-2, H.264 and HEVC) and not in their middle (JPEG), across. Down, it
    /// lies in their middle.
    package var isChromaLeft: Bool
    /// Whether luma goes from 0 to 255 instead of 16 to 235, and chroma with it.
    package var isFullRange: Bool
    package var matrix: Matrix

    package init(
        width: Int, height: Int, lumaStride: Int, chromaStride: Int, chromaShiftX: Int = 1, chromaShiftY: Int = 1,
        isChromaLeft: Bool = true, isFullRange: Bool = false, matrix: Matrix = .bt709
    ) {
        self.width = width
        self.height = height
        self.lumaStride = lumaStride
        self.chromaStride = chromaStride
        self.chromaShiftX = chromaShiftX
        self.chromaShiftY = chromaShiftY
        self.isChromaLeft = isChromaLeft
        self.isFullRange = isFullRange
        self.matrix = matrix
    }

    package var hasChroma: Bool { chromaStride > 0 }
    /// Of a chroma plane, in samples.
    package var chromaWidth: Int { (width + (1 << chromaShiftX) - 1) >> chromaShiftX }
    package var chromaHeight: Int { (height + (1 << chromaShiftY) - 1) >> chromaShiftY }

    /// Whether planes of so many bytes hold such a picture.
    package func holds(luma: Int, chroma: Int) -> Bool {
        guard width > 0, height > 0, width <= 1 << 16, height <= 1 << 16, lumaStride >= width, lumaStride <= 1 << 20,
            luma >= lumaStride * (height - 1) + width
        else { return false }
        guard hasChroma else { return true }
        guard (0...3).contains(chromaShiftX), (0...3).contains(chromaShiftY), chromaStride >= chromaWidth, chromaStride <= 1 << 20 else {
            return false
        }
        return chroma >= chromaStride * (chromaHeight - 1) + chromaWidth
    }
}
