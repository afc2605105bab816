import MediaTypes

/// Scales the planes of a decoded picture into a model's input. Each plane is scaled for itself, and colours are made for the input's pixels
/// only, so that a large picture costs no more than a small one.
struct PlanarSampler {
    /// A row of the input from one plane, in steps of 1/2^22.
    private struct Line {
        var values: [Int32]
        private var upper: [Int32]
        private var lower: [Int32]
        private var upperRow = -1
        private var lowerRow = -1

        init(_ width: Int) {
            values = [Int32](repeating: 0, count: width)
            upper = values
            lower = values
        }

        mutating func fill(_ y: Int, _ plane: borrowing Span<UInt8>, stride: Int, _ columns: SamplingAxis, _ rows: SamplingAxis) {
            if rows.first[y] == lowerRow {
                swap(&upper, &lower)
                (upperRow, lowerRow) = (lowerRow, upperRow)
            }
            if rows.first[y] != upperRow {
                upperRow = rows.first[y]
                Self.scale(plane, upperRow * stride, columns, into: &upper)
            }
            if rows.second[y] != lowerRow {
                lowerRow = rows.second[y]
                Self.scale(plane, lowerRow * stride, columns, into: &lower)
            }
            let weight = rows.weights[y]
            let rest = SamplingAxis.one - weight
            let (above, below) = (upper, lower)
            Self.mix(above.span, rest, below.span, weight, into: &values)
        }

        private static func mix(
            _ upper: borrowing Span<Int32>, _ rest: Int32, _ lower: borrowing Span<Int32>, _ weight: Int32, into line: inout [Int32]
        ) {
            var output = line.mutableSpan
            for x in 0..<output.count { output[x] = upper[x] &* rest &+ lower[x] &* weight }
        }

        private static func scale(_ plane: borrowing Span<UInt8>, _ start: Int, _ columns: SamplingAxis, into line: inout [Int32]) {
            let (first, second, weights) = (columns.first.span, columns.second.span, columns.weights.span)
            var output = line.mutableSpan
            for x in 0..<output.count {
                let (a, b) = (Int32(plane[start &+ first[x]]), Int32(plane[start &+ second[x]]))
                output[x] = a &* SamplingAxis.one &+ (b &- a) &* weights[x]
            }
        }
    }

    private let owner: PicturePreprocessor
    private let layout: PlanarLayout
    private let target: PicturePreprocessor.Target
    private let columns: SamplingAxis
    private let rows: SamplingAxis
    private let chromaColumns: SamplingAxis
    private let chromaRows: SamplingAxis

    init(_ owner: PicturePreprocessor, _ layout: PlanarLayout, _ target: PicturePreprocessor.Target) {
        self.owner = owner
        self.layout = layout
        self.target = target
        let part = target.placement.part
        columns = SamplingAxis(start: part.x, count: part.width, target: target.width)
        rows = SamplingAxis(start: part.y, count: part.height, target: target.height)
        // In units of luma's pixels, a chroma sample lies at the first of those it stands for, or in their middle.
        let (spanX, spanY) = (Double(1 << layout.chromaShiftX), Double(1 << layout.chromaShiftY))
        let (siteX, siteY) = (layout.isChromaLeft ? 0 : (spanX - 1) / 2, (spanY - 1) / 2)
        chromaColumns = SamplingAxis(start: part.x, count: part.width, target: target.width, bounds: 0..<layout.chromaWidth) {
            ($0 - siteX) / spanX
        }
        chromaRows = SamplingAxis(start: part.y, count: part.height, target: target.height, bounds: 0..<layout.chromaHeight) {
            ($0 - siteY) / spanY
        }
    }

    func fill(_ values: inout [Float], luma: borrowing Span<UInt8>, cb: borrowing Span<UInt8>, cr: borrowing Span<UInt8>) {
        var (lumaLine, cbLine, crLine) = (Line(target.width), Line(target.width), Line(target.width))
        if !layout.hasChroma {
            // No colour: 128 in both.
            for x in 0..<target.width { (cbLine.values[x], crLine.values[x]) = (128 << 22, 128 << 22) }
        }
        for y in 0..<target.height {
            lumaLine.fill(y, luma, stride: layout.lumaStride, columns, rows)
            if layout.hasChroma {
                cbLine.fill(y, cb, stride: layout.chromaStride, chromaColumns, chromaRows)
                crLine.fill(y, cr, stride: layout.chromaStride, chromaColumns, chromaRows)
            }
            write(y, lumaLine.values.span, cbLine.values.span, crLine.values.span, &values)
        }
    }

    private func write(
        _ y: Int, _ luma: borrowing Span<Int32>, _ cb: borrowing Span<Int32>, _ cr: borrowing Span<Int32>, _ values: inout [Float]
    ) {
        let input = owner.input
        let conversion = ColourConversion(layout.matrix, isFullRange: layout.isFullRange)
        let (red, blue) = input.order == .rgb ? (0, 2) : (2, 0)
        let starts = (
            owner.place(red, x: target.x, y: target.y + y), owner.place(1, x: target.x, y: target.y + y),
            owner.place(blue, x: target.x, y: target.y + y)
        )
        let mean = (input.mean[red], input.mean[1], input.mean[blue])
        let scale = (1 / input.deviation[red], 1 / input.deviation[1], 1 / input.deviation[blue])
        let (width, step) = (target.width, owner.step)
        let unit = Float(1) / Float(1 << 22)
        var output = values.mutableSpan
        for x in 0..<width {
            let pixel = conversion.convert(luma: Float(luma[x]) * unit, cb: Float(cb[x]) * unit, cr: Float(cr[x]) * unit)
            let offset = x &* step
            output[starts.0 &+ offset] = (pixel.red - mean.0) * scale.0
            output[starts.1 &+ offset] = (pixel.green - mean.1) * scale.1
            output[starts.2 &+ offset] = (pixel.blue - mean.2) * scale.2
        }
    }
}
