/// Scales a picture of three bytes a pixel into a model's input.
struct PackedSampler {
    private let owner: PicturePreprocessor
    private let picture: PackedPicture
    private let target: PicturePreprocessor.Target
    private let columns: SamplingAxis
    private let rows: SamplingAxis
    /// What a byte becomes in each channel of the input, 256 numbers a channel.
    private let table: [Float]
    /// Which byte of a pixel each channel is.
    private let bytes: [Int]

    init(_ owner: PicturePreprocessor, _ picture: PackedPicture, _ target: PicturePreprocessor.Target) {
        self.owner = owner
        self.picture = picture
        self.target = target
        let part = target.placement.part
        columns = SamplingAxis(start: part.x, count: part.width, target: target.width)
        rows = SamplingAxis(start: part.y, count: part.height, target: target.height)
        let input = owner.input
        table = (0..<3).flatMap { channel in (0..<256).map { (Float($0) - input.mean[channel]) / input.deviation[channel] } }
        bytes = picture.order == input.order ? [0, 1, 2] : [2, 1, 0]
    }

    func fill(_ values: inout [Float]) {
        let width = target.width
        var upper = [Int32](repeating: 0, count: 3 * width)
        var lower = upper
        var (upperRow, lowerRow) = (-1, -1)
        for y in 0..<target.height {
            // Rows that follow one another mostly share one.
            if rows.first[y] == lowerRow {
                swap(&upper, &lower)
                (upperRow, lowerRow) = (lowerRow, upperRow)
            }
            if rows.first[y] != upperRow {
                upperRow = rows.first[y]
                scale(upperRow, into: &upper)
            }
            if rows.second[y] != lowerRow {
                lowerRow = rows.second[y]
                scale(lowerRow, into: &lower)
            }
            let weight = rows.weights[y]
            for channel in 0..<3 {
                write(channel, y, upper.span, lower.span, weight, &values)
            }
        }
    }

    /// One row of the source, scaled across: channel by channel.
    private func scale(_ row: Int, into line: inout [Int32]) {
        let width = target.width
        let source = picture.bytes.span
        let start = row * picture.width * 3
        let (first, second, weights) = (columns.first.span, columns.second.span, columns.weights.span)
        var output = line.mutableSpan
        for channel in 0..<3 {
            let byte = start + bytes[channel]
            for x in 0..<width {
                let (a, b) = (Int32(source[byte &+ 3 &* first[x]]), Int32(source[byte &+ 3 &* second[x]]))
                output[channel &* width &+ x] = a &* SamplingAxis.one &+ (b &- a) &* weights[x]
            }
        }
    }

    private func write(
        _ channel: Int, _ y: Int, _ upper: borrowing Span<Int32>, _ lower: borrowing Span<Int32>, _ weight: Int32, _ values: inout [Float]
    ) {
        let (width, step) = (target.width, owner.step)
        let start = owner.place(channel, x: target.x, y: target.y + y)
        let rest = SamplingAxis.one - weight
        let table = table.span
        var output = values.mutableSpan
        for x in 0..<width {
            // To whole steps, as the picture had them, and by the same cuts on the way as in OpenCV's resize: what is lost there was lost when the
            // models were measured, too.
            let above = (rest &* (upper[channel &* width &+ x] >> 4)) >> 16
            let below = (weight &* (lower[channel &* width &+ x] >> 4)) >> 16
            output[start &+ x &* step] = table[channel &* 256 &+ Int((above &+ below &+ 2) >> 2)]
        }
    }
}
