/// Something that a detector saw.
package struct Detection: Sendable, Hashable {
    /// What it is, one of the detector's labels.
    package var label: String
    /// 0…1.
    package var score: Double
    /// In fractions of the whole picture. May reach beyond its edges, as detectors complete what is cut off: see `Box.clipped`.
    package var box: Box

    package init(label: String, score: Double, box: Box) {
        self.label = label
        self.score = score
        self.box = box
    }
}
