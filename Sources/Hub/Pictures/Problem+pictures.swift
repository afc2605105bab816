import HTTPTypes

extension Problem {
    init(picture error: PictureError) {
        switch error.code {
        case .unknownIndividual: self = .noIndividual
        case .recognitionOff: self = Problem(identity: RecognitionError(.recognitionOff))
        case .unknownPicture:
            self.init(
                .notFound, "not-found", "No such picture", "There is no picture of this id that was given of them, or it was taken away.")
        case .noChoice:
            self.init(
                .conflict, "no-choice", "Nobody is asked who it is",
                "The picture does not show several, or not as many, or somebody has said who it is: read it again.")
        case .tooMany:
            self.init(
                .conflict, "too-many-pictures", "Too many pictures wait",
                "At most \(OfferedPicture.limit) may wait, or wait for somebody to say who it is. Take some away first.")
        case .busy: self.init(.serviceUnavailable, "busy", "Too much at once", "Send the picture again in a moment.", retryAfter: 1)
        case .unreadable(let why): self.init(.unprocessableContent, "not-a-picture", "This is no picture that is read", "\(why).")
        }
    }
}
