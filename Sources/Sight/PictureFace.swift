package import Vision

/// A face in a picture that comes by itself.
package struct PictureFace: Sendable, Hashable {
    package var face: DetectedFace
    /// What somebody could be known by; nil where nothing can be made of the face.
    package var embedding: Embedding?
    /// Whether the node would know somebody by it: sure, large, sharp and from the front.
    package var isGood: Bool

    package init(face: DetectedFace, embedding: Embedding?, isGood: Bool) {
        self.face = face
        self.embedding = embedding
        self.isGood = isGood
    }
}
