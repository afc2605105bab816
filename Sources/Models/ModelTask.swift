/// What a model is for.
package enum ModelTask: String, Sendable, Hashable, CaseIterable {
    case objectDetection = "object detection"
    case faceDetection = "face detection"
    case faceEmbedding = "face embedding"
    case animals
}
