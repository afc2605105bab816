package import Vision

/// How a model's outputs are read.
package enum ModelDecoding: Sendable, Hashable {
    case detector(DetectorKind, labels: [String])
    /// YuNet of 2023: for the strides 8, 16 and 32 scores, objectness, boxes and five landmarks, each a tensor.
    case yuNet
    /// Numbers whose direction tells one from another: the cosine compares.
    case embedding(count: Int)
    /// Numbers whose direction tells one from another, and a score for each class.
    case embeddingAndClasses(numbers: Int, classes: Int)
}
