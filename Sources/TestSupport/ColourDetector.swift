/// A detector that a test makes for itself: it finds what is red and what is blue, as its two classes, in the outputs of one of the kinds of detectors
/// that a node knows. Nothing is trained: its weights tell colours, and the rest counts.
package struct ColourDetector: Sendable {
    /// Whose outputs it has. The names are those of a node's configuration.
    package enum Layout: String, Sendable, CaseIterable {
        /// What fills a cell of 16 × 16 pixels has a box around that cell.
        case picoDet = "picodet"
        /// The same.
        case nanoDetPlus = "nanodet-plus"
        /// A box around all that has the colour.
        case yolox
    }

    /// What is wrong with it; of `yolox` only.
    package enum Flaw: Sendable {
        /// All it gives is no number.
        case notNumbers
        /// The same, once it sees something.
        case notNumbersOnSight
        /// It sees something of its first class in each place.
        case crowd
    }

    /// Of a class that fills its place.
    package static let score: Float = 0.9
    /// Pixels of a cell that boxes are around.
    package static let cell = 16

    package let layout: Layout
    /// Of the square input, in pixels: a multiple of 64.
    package let side: Int
    package var flaw: Flaw?

    package init(_ layout: Layout, side: Int = 64, flaw: Flaw? = nil) {
        self.layout = layout
        self.side = side
        self.flaw = flaw
    }

    /// The file.
    package var bytes: [UInt8] { model.bytes }

    /// Cells of a grid.
    private func count(_ stride: Int) -> Int { (side / stride) * (side / stride) }

    private var rows: Int { [8, 16, 32].map(count).reduce(0, +) }

    package var model: ONNXModel {
        switch layout {
        case .picoDet: picoDet
        case .nanoDetPlus: nanoDetPlus
        case .yolox: yolox
        }
    }

    /// From a picture as models of the kind have it to 1 where it is red, and 1 where it is blue.
    private func mask(_ outputs: [ONNXModel.Port]) -> ONNXModel {
        let isPlain = layout == .yolox
        let isBlueFirst = layout != .picoDet
        var (mean, deviation): ([Float], [Float]) = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
        if isPlain { (mean, deviation) = ([0, 0, 0], [1, 1, 1]) }
        var classes: [[Float]] = [[1, -0.5, -0.5], [-0.5, -0.5, 1]]
        if isBlueFirst {
            mean.reverse()
            deviation.reverse()
            classes = classes.map { $0.reversed() }
        }
        let weights = classes.flatMap { zip($0, deviation).map { $0 * $1 } }
        // What is less than 100 above the other colours is none.
        let bias = classes.map { zip($0, mean).reduce(-100) { $0 + $1.0 * $1.1 } }
        return ONNXModel(inputs: [.init("image", [1, 3, side, side])], outputs: outputs)
            .constant("weights", .floats(weights, shape: [2, 3, 1, 1])).constant("bias", .floats(bias, shape: [2]))
            .constant("zero", .floats([0], shape: [])).constant("one", .floats([1], shape: []))
            .node("Conv", ["image", "weights", "bias"], ["tint"], [("kernel_shape", .integers([1, 1]))])
            .node("Clip", ["tint", "zero", "one"], ["mask"])
    }

    // MARK: - By cells

    /// Scores of the cells, 1×cells×2.
    private func cells(_ outputs: [ONNXModel.Port]) -> ONNXModel {
        mask(outputs)
            .constant("score", .floats([Self.score], shape: [])).constant("flat", .integers([1, 2, count(Self.cell)]))
            .node(
                "AveragePool", ["mask"], ["share"],
                [("kernel_shape", .integers([Self.cell, Self.cell])), ("strides", .integers([Self.cell, Self.cell]))]
            )
            .node("Mul", ["share", "score"], ["scored"]).node("Reshape", ["scored", "flat"], ["rows"])
            .node("Transpose", ["rows"], ["cells"], [("perm", .integers([0, 2, 1]))])
    }

    /// For each cell the logarithms of four distributions over eight distances.
    private func distances(_ sides: [[Int]]) -> [Float] {
        let one = sides.flatMap { steps in (0..<8).map { steps.contains($0) ? 60 : 0 as Float } }
        return (0..<count(Self.cell)).flatMap { _ in one }
    }

    private var picoDet: ONNXModel {
        let strides = [8, 16, 32, 64]
        let ports = [2, 32].flatMap { width in strides.map { ONNXModel.Port("out\(width).\($0)", [1, count($0), width]) } }
        var model = cells(ports).node("Identity", ["cells"], ["out2.\(Self.cell)"])
        for port in ports where port.name != "out2.\(Self.cell)" {
            // Places are cells' middles: half a step to each side.
            let isOurs = port.name == "out32.\(Self.cell)"
            let values =
                isOurs ? distances([[0, 1], [0, 1], [0, 1], [0, 1]]) : [Float](repeating: 0, count: port.shape[1] * port.shape[2])
            model = model.constant("fixed \(port.name)", .floats(values, shape: port.shape))
                .node("Identity", ["fixed \(port.name)"], [port.name])
        }
        return model
    }

    private var nanoDetPlus: ONNXModel {
        let strides = [8, 16, 32, 64]
        // Places are cells' corners: a step to the right and down.
        var model = cells([.init("out", [1, strides.map(count).reduce(0, +), 34])])
            .constant("distances", .floats(distances([[0], [0], [1], [1]]), shape: [1, count(Self.cell), 32]))
            .node("Concat", ["cells", "distances"], ["grid\(Self.cell)"], [("axis", .integer(2))])
        for stride in strides where stride != Self.cell {
            let shape = [1, count(stride), 34]
            model = model.constant("grid\(stride)", .floats([Float](repeating: 0, count: shape[1] * shape[2]), shape: shape))
        }
        return model.node("Concat", strides.map { "grid\($0)" }, ["out"], [("axis", .integer(1))])
    }

    // MARK: - By extent

    /// Where what has a colour begins and ends, told by the columns and rows that have any of it; the two classes are the first two rows.
    private var yolox: ONNXModel {
        let length = Float(side)
        var model = mask([.init("out", [1, rows, 7])])
            .constant("up", .floats((1...side).map { Float($0) }, shape: [1, 1, side]))
            .constant("down", .floats((1...side).reversed().map { Float($0) }, shape: [1, 1, side]))
            .constant("length", .floats([length], shape: [])).constant("two", .floats([2], shape: []))
            .constant("stride", .floats([8], shape: [])).constant("columns of places", .floats([0, 1], shape: [1, 2, 1]))
            .constant("rows of places", .floats([0, 0], shape: [1, 2, 1]))
            .constant("scores", .floats([Self.score, 0, 0, Self.score], shape: [1, 2, 2]))
            .constant("nothing", .floats([Float](repeating: 0, count: (rows - 2) * 7), shape: [1, rows - 2, 7]))
            .constant("last", .integers([2]))
        for (axis, along, places) in [("x", 2, "columns of places"), ("y", 3, "rows of places")] {
            model = model.node("ReduceMax", ["mask"], ["\(axis) used"], [("axes", .integers([along])), ("keepdims", .integer(0))])
                .node("Mul", ["\(axis) used", "up"], ["\(axis) upwards"]).node("Mul", ["\(axis) used", "down"], ["\(axis) downwards"])
                .node("ReduceMax", ["\(axis) upwards"], ["\(axis) end"], [("axes", .integers([2])), ("keepdims", .integer(1))])
                .node("ReduceMax", ["\(axis) downwards"], ["\(axis) gap"], [("axes", .integers([2])), ("keepdims", .integer(1))])
                .node("Sub", ["length", "\(axis) gap"], ["\(axis) start"]).node("Sub", ["\(axis) end", "\(axis) start"], ["\(axis) raw"])
                .node("Clip", ["\(axis) raw", "one", "length"], ["\(axis) size"])
                .node("Div", ["\(axis) size", "stride"], ["\(axis) steps"]).node("Log", ["\(axis) steps"], ["\(axis) logarithm"])
                .node("Add", ["\(axis) start", "\(axis) end"], ["\(axis) sum"]).node("Div", ["\(axis) sum", "two"], ["\(axis) middle"])
                .node("Div", ["\(axis) middle", "stride"], ["\(axis) cell"]).node("Sub", ["\(axis) cell", places], ["\(axis) offset"])
        }
        model = model.node("ReduceSum", ["x used", "last"], ["columns"], [("keepdims", .integer(1))])
            .node("Sub", ["columns", "two"], ["more"]).node("Clip", ["more", "zero", "one"], ["present"])
            .node(
                "Concat", ["x offset", "y offset", "x logarithm", "y logarithm", "present", "scores"], ["found"], [("axis", .integer(2))]
            )
            .node("Concat", ["found", "nothing"], ["sound"], [("axis", .integer(1))])
        return spoilt(model)
    }

    /// From `sound` to `out`.
    private func spoilt(_ model: ONNXModel) -> ONNXModel {
        switch flaw {
        case nil: model.node("Identity", ["sound"], ["out"])
        case .notNumbers:
            model.constant("far", .floats([1e6], shape: [])).node("Sub", ["sound", "far"], ["below"]).node("Log", ["below"], ["out"])
        case .notNumbersOnSight:
            model.constant("half", .floats([0.5], shape: []))
                .node("ReduceMax", ["present"], ["any"], [("axes", .integers([1])), ("keepdims", .integer(1))])
                .node("Sub", ["half", "any"], ["rest"]).node("Sqrt", ["rest"], ["root"]).node("Mul", ["root", "zero"], ["spoiler"])
                .node("Add", ["sound", "spoiler"], ["out"])
        case .crowd:
            model.constant(
                "crowd", .floats((0..<rows).flatMap { _ in [0.5, 0.5, 0, 0, 1, Self.score, 0] as [Float] }, shape: [1, rows, 7])
            )
            .node("Mul", ["sound", "zero"], ["silence"]).node("Add", ["silence", "crowd"], ["out"])
        }
    }
}
