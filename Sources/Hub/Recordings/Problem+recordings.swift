private import HTTPTypes
private import Recording

extension Problem {
    package static let noRecording = Problem(
        .notFound, "not-found", "No such recording", "There is no recording of this id, or it was deleted.")

    package init(segment refusal: SegmentRefusal) {
        switch refusal {
        case .badIndex(let words): self.init(.badRequest, "bad-index", "The segment's index cannot be used", "Refused: \(words).")
        case .unknownCamera:
            self.init(.conflict, "unknown-camera", "The camera is nobody's yet", "Send the index again when the camera is this node's.")
        case .foreignSegment:
            self.init(.forbidden, "foreign-segment", "Another node's segment", "The segment of this id, or its camera, is another node's.")
        case .tooLarge:
            self.init(
                .contentTooLarge, "body-too-large", "The request's body is too large",
                "At most \(SegmentIndex.maximumLength) bytes are taken.")
        case .busy: self.init(.serviceUnavailable, "busy", "Too much at once", "Send the index again in a moment.", retryAfter: 1)
        }
    }
}
