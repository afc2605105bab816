/// Something that a detector saw.
package struct Detection: Sendable, Hashable {
    /// What it is, one of the detector's labels.
    package var label: String
    /// 0…1.
    package var score: Double
    /// In fractions of the whole picture. May reach beyond its edges, as detectors complete what is cut off: see `Box.clipped`.
    package var box: Box
    /// What is made of it; nil where nobody watches for it.
    package var kind: ObjectKind?
    /// Whether something may begin with it, where a camera's limits say so, and not only go on; nil: where its score is high enough
    /// (`TrackerSettings.newScore`).
    package var mayBegin: Bool?

    package init(label: String, score: Double, box: Box, kind: ObjectKind?) {
        self.label = label
        self.score = score
        self.box = box
        self.kind = kind
    }

    /// Of the kind that the label has by itself.
    package init(label: String, score: Double, box: Box) { self.init(label: label, score: score, box: box, kind: ObjectKind(label: label)) }
}
