package import Vision

/// Somebody in a picture that was given.
package struct PictureSubject: Sendable, Hashable {
    /// In fractions of the picture: the face of a person, or a whole animal.
    package var box: Box
    /// 0…1.
    package var score: Double
    /// What the detector calls it.
    package var label: String
    /// What they can be known by; nil where they are too small, too blurred or turned away.
    package var embedding: Embedding?

    package init(box: Box, score: Double, label: String, embedding: Embedding?) {
        self.box = box
        self.score = score
        self.label = label
        self.embedding = embedding
    }
}
