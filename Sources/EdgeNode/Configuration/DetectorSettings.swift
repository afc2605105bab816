import Settings
package import Vision

/// Which detector looks at pictures, and what is made of what it finds: the table `[detector]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `model` | path of an ONNX file | none: the catalogue's detector |
/// | `kind` | `picodet`, `nanodet-plus` or `yolox` | required with `model` |
/// | `labels` | path of a text file, one label a line | COCO's 80 |
/// | `width` | integer 32–2048, pixels of the model's input | 416 |
/// | `height` | integer 32–2048 | the width |
/// | `colours` | `rgb` or `bgr` | the kind's |
/// | `fit` | `stretch`, `corner` or `centre` | the kind's |
/// | `mean` | three numbers, in the order of `colours` | the kind's |
/// | `deviation` | three numbers | the kind's |
/// | `people`, `pets`, `wildlife`, `vehicles`, `ignored` | arrays of labels | by the labels themselves |
package struct DetectorSettings: Sendable, Equatable {
    /// A detector in the place of the catalogue's.
    package struct Model: Sendable, Equatable {
        /// Absolute path of its file.
        package var path: String
        /// Whose outputs it has.
        package var kind: DetectorKind
        /// Absolute path of the file of its labels; nil for COCO's.
        package var labels: String?
        /// How it wants a picture.
        package var input: PictureInput

        package init(path: String, kind: DetectorKind, labels: String?, input: PictureInput) {
            self.path = path
            self.kind = kind
            self.labels = labels
            self.input = input
        }
    }

    /// Nil for the catalogue's.
    package var model: Model?
    /// What is made of labels, where that is not what `ObjectKind` makes of them.
    package var kinds: [String: ObjectKind]
    /// Labels that nothing is made of.
    package var ignored: Set<String>

    static let keys = [
        KeyDescription("detector.model", "path", standard: "the catalogue's"),
        KeyDescription("detector.kind", "picodet, nanodet-plus or yolox", standard: "none"),
        KeyDescription("detector.labels", "path", standard: "COCO's 80"),
        KeyDescription("detector.width", "integer 32–2048", standard: "416"),
        KeyDescription("detector.height", "integer 32–2048", standard: "the width"),
        KeyDescription("detector.colours", "rgb or bgr", standard: "the kind's"),
        KeyDescription("detector.fit", "stretch, corner or centre", standard: "the kind's"),
        KeyDescription("detector.mean", "3 numbers", standard: "the kind's"),
        KeyDescription("detector.deviation", "3 numbers", standard: "the kind's"),
        KeyDescription("detector.people", "array of labels", standard: "by their words"),
        KeyDescription("detector.pets", "array of labels", standard: "by their words"),
        KeyDescription("detector.wildlife", "array of labels", standard: "by their words"),
        KeyDescription("detector.vehicles", "array of labels", standard: "by their words"),
        KeyDescription("detector.ignored", "array of labels", standard: "by their words"),
    ]
    /// Keys that say something of a model of one's own.
    private static let modelKeys = ["kind", "labels", "width", "height", "colours", "fit", "mean", "deviation"]
    private static let lists: [(key: String, kind: ObjectKind?)] = [
        ("people", .person), ("pets", .pet), ("wildlife", .wildlife), ("vehicles", .vehicle), ("ignored", nil),
    ]
    private static let fits: [String: PictureInput.Fit] = [
        "stretch": .stretch, "corner": .corner(fill: DetectorKind.fill), "centre": .centre(fill: DetectorKind.fill),
    ]
    /// Labels of a detector at most.
    static let labelLimit = 1000

    package init(model: Model? = nil, kinds: [String: ObjectKind] = [:], ignored: Set<String> = []) {
        self.model = model
        self.kinds = kinds
        self.ignored = ignored
    }

    init(_ table: TableReader) {
        self.init(model: Self.model(table))
        (kinds, ignored) = Self.kinds(Self.lists, table)
    }

    /// What is to be made of labels, by lists of them.
    /// - Parameter check: Gets each label with the key of its list.
    static func kinds(
        _ lists: [(key: String, kind: ObjectKind?)], _ table: TableReader, check: (String, String) -> Void = { _, _ in }
    ) -> (kinds: [String: ObjectKind], ignored: Set<String>) {
        var (kinds, ignored, taken): ([String: ObjectKind], Set<String>, [String: String]) = ([:], [], [:])
        for (key, kind) in lists {
            for label in table.strings(key, atMost: labelLimit, withBlanks: true) {
                if let other = taken.updateValue(key, forKey: label), other != key {
                    table.fail(key, "has a label that stands in \(other) too: keep one of the two")
                }
                check(key, label)
                if let kind { kinds[label] = kind } else { ignored.insert(label) }
            }
        }
        return (kinds, ignored)
    }

    /// What things can be called: the detector's labels, and what second looks say. Nil where the file of labels cannot be read, which is told when
    /// the detector is loaded.
    var labels: Set<String>? {
        let own = model?.labels.map { path in try? Self.readLabels(path) } ?? DetectorLabels.coco
        return own.map { Set($0).union([ObjectFamily.anyAnimal]) }
    }

    /// - Throws: What is wrong with the file.
    static func readLabels(_ path: String) throws(SightError) -> [String] {
        try LabelFile.read(path, key: "detector.labels", limit: labelLimit)
    }

    /// What is made of a label; nil where nothing is.
    package func kind(of label: String) -> ObjectKind? { ignored.contains(label) ? nil : kinds[label] ?? ObjectKind(label: label) }

    private static func model(_ table: TableReader) -> Model? {
        guard table.has("model") else {
            for key in modelKeys where table.has(key) { table.fail(key, "is for a detector of your own: name its file in model") }
            return nil
        }
        let path = table.path("model")
        let kind = table.choice("kind", DetectorKind.allCases.map { ($0.rawValue, $0) })
        if !table.has("kind") { table.fail("kind", "is missing: say whose outputs the model has, such as kind = \"yolox\"") }
        let labels = table.path("labels")
        let width = table.integer("width", in: 32...2048) ?? 416
        let order = table.choice("colours", PackedPicture.Order.allCases.map { ($0.rawValue, $0) })
        var input = (kind ?? .picoDet).usualInput(width: width, height: table.integer("height", in: 32...2048) ?? width, order: order)
        input.fit = table.choice("fit", fits.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }) ?? input.fit
        input.takeNumbers(from: table)
        guard let path, let kind else { return nil }
        return Model(path: path, kind: kind, labels: labels, input: input)
    }
}
