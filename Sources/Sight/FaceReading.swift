package import Vision

/// A face that is good enough to know somebody by.
package struct FaceReading: Sendable, Hashable {
    package var face: DetectedFace
    package var embedding: Embedding
    /// Grows with how sure and how large the face is.
    package var worth: Double

    package init(face: DetectedFace, embedding: Embedding, worth: Double) {
        self.face = face
        self.embedding = embedding
        self.worth = worth
    }
}
