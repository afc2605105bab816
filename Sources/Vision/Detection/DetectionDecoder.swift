/// Reads the outputs of a detector. Pure, and made once for a model.
///
/// After the models' own publications: PicoDet (Yu et al. 2021) and NanoDet-Plus give for each side of a box a distribution over distances,
/// of which the mean is taken (generalised focal loss, Li et al. 2020); YOLOX (Ge et al. 2021) gives centre and logarithm of the size.
package struct DetectionDecoder: Sendable {
    /// What is kept.
    package struct Settings: Sendable, Hashable {
        /// Scores must be above it.
        package var minimumScore = 0.3
        /// Intersection over union beyond which the lesser of two boxes of one label goes.
        package var overlap = 0.6
        /// Detections, at most: the best.
        package var limit = 300
        /// Boxes that are compared with one another, at most: the best. Bounds the work that a broken model can make.
        package var candidateLimit = 2000

        package init() {}
    }

    package let kind: DetectorKind
    package let labels: [String]
    /// What is made of each label; nil where nobody watches for it.
    private let kinds: [ObjectKind?]
    package var settings: Settings
    let width: Int
    let height: Int
    let grid: DetectorGrid

    /// - Parameters:
    ///   - width: Of the model's input, in pixels.
    ///   - height: Of the model's input, in pixels.
    ///   - labels: In the order of the model's classes.
    ///   - kinds: What is made of a label.
    package init(
        _ kind: DetectorKind, width: Int, height: Int, labels: [String], kinds: (String) -> ObjectKind? = { ObjectKind(label: $0) },
        settings: Settings = .init()
    ) {
        self.kind = kind
        self.width = width
        self.height = height
        self.labels = labels
        self.kinds = labels.map(kinds)
        self.settings = settings
        grid = DetectorGrid(kind, width: width, height: height)
    }

    /// Reads the outputs of one inference.
    /// - Parameter placement: Where the input came from in the picture.
    /// - Throws: Where they are not those of a detector of this kind and size.
    package func decode(_ outputs: [Tensor], _ placement: InputPlacement) throws(DetectionError) -> DecodedDetections {
        var collector = CandidateCollector(self)
        switch kind {
        case .picoDet: try readPicoDet(outputs, &collector)
        case .nanoDetPlus: try readNanoDetPlus(outputs, &collector)
        case .yolox: try readYOLOX(outputs, &collector)
        }
        let kept = NonMaximumSuppression.keep(collector.best(), overlap: Float(settings.overlap), limit: settings.limit)
        let detections = kept.map { candidate in
            Detection(
                label: labels[candidate.label], score: Double(candidate.score),
                box: placement.box(
                    left: Double(candidate.left), top: Double(candidate.top), right: Double(candidate.right),
                    bottom: Double(candidate.bottom)),
                kind: kinds[candidate.label])
        }
        return DecodedDetections(detections: detections, rejected: collector.rejected)
    }
}
