/// The places of a detector's grids in the order of its outputs: grid by grid, row by row.
struct DetectorGrid: Sendable {
    struct Place: Sendable {
        /// In pixels of the input.
        var x: Float
        var y: Float
        var stride: Float
    }

    let places: [Place]
    /// Places in each grid.
    let counts: [Int]

    /// - Parameters:
    ///   - width: Of the input, in pixels.
    ///   - height: Of the input, in pixels.
    init(_ kind: DetectorKind, width: Int, height: Int) {
        var places: [Place] = []
        var counts: [Int] = []
        for stride in kind.strides {
            // A cell that the input fills in part counts.
            let (columns, rows) = ((width + stride - 1) / stride, (height + stride - 1) / stride)
            for row in 0..<rows {
                for column in 0..<columns {
                    let (x, y) = (Float(column) + kind.offset, Float(row) + kind.offset)
                    places.append(Place(x: x * Float(stride), y: y * Float(stride), stride: Float(stride)))
                }
            }
            counts.append(columns * rows)
        }
        self.places = places
        self.counts = counts
    }
}
