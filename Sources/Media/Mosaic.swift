import CLibAV

/// Hides parts of a picture for good: each becomes a few cells of one colour, so few that nobody is known by them. Unlike a blur it cannot be
/// undone by sharpening, as of each cell only the mean is left.
enum Mosaic {
    /// Cells along the shorter side of what is hidden: of a person's head one or two are left, of a face that is all of it sixteen or so.
    private static let cells = 4

    /// Overwrites the areas in all planes of a frame whose memory is nobody else's.
    /// - Parameters:
    ///   - areas: In pixels; what lies outside of the frame is passed over.
    ///   - frame: Of 8-bit 4:2:0, as `OwnedFrame(width:height:)` makes.
    static func hide(_ areas: [(x: Range<Int>, y: Range<Int>)], in frame: OwnedFrame) {
        let (width, height) = (Int(frame.pointer.pointee.width), Int(frame.pointer.pointee.height))
        let (data, strides) = (frame.pointer.pointee.data, frame.pointer.pointee.linesize)
        for area in areas {
            let (x, y) = (area.x.clamped(to: 0..<width), area.y.clamped(to: 0..<height))
            guard !x.isEmpty, !y.isEmpty else { continue }
            // Whole samples of chroma, and as many cells in each plane.
            let (cx, cy) = (x.lowerBound / 2..<(x.upperBound + 1) / 2, y.lowerBound / 2..<(y.upperBound + 1) / 2)
            hide(cx.lowerBound * 2..<min(cx.upperBound * 2, width), cy.lowerBound * 2..<min(cy.upperBound * 2, height), data.0, strides.0)
            hide(cx, cy, data.1, strides.1)
            hide(cx, cy, data.2, strides.2)
        }
    }

    private static func hide(_ x: Range<Int>, _ y: Range<Int>, _ plane: UnsafeMutablePointer<UInt8>?, _ stride: Int32) {
        guard let plane else { return }
        let size = max(1, (min(x.count, y.count) + cells - 1) / cells)
        for top in Swift.stride(from: y.lowerBound, to: y.upperBound, by: size) {
            for left in Swift.stride(from: x.lowerBound, to: x.upperBound, by: size) {
                let (rows, columns) = (top..<min(top + size, y.upperBound), left..<min(left + size, x.upperBound))
                var sum = 0
                for row in rows { for column in columns { sum += Int(plane[row * Int(stride) + column]) } }
                let mean = UInt8(clamping: (sum + rows.count * columns.count / 2) / (rows.count * columns.count))
                for row in rows { for column in columns { plane[row * Int(stride) + column] = mean } }
            }
        }
    }
}
