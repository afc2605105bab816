/// A face that a detector saw.
package struct DetectedFace: Sendable, Hashable {
    /// 0…1.
    package var score: Double
    /// In fractions of the whole picture. May reach beyond its edges.
    package var box: Box
    /// Eye, eye, nose, corner of the mouth, corner of the mouth: of each pair the one first that lies further left in the picture where the face is
    /// upright.
    package var landmarks: [PicturePoint]

    package init(score: Double, box: Box, landmarks: [PicturePoint]) {
        self.score = score
        self.box = box
        self.landmarks = landmarks
    }
}
