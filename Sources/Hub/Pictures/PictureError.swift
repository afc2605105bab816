/// Why a picture that somebody gives is not taken, or not looked at.
package struct PictureError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// There is nobody of this id.
        case unknownIndividual
        /// There is no such picture of theirs.
        case unknownPicture
        /// People are not recognised here.
        case recognitionOff
        /// Too many pictures wait already.
        case tooMany
        /// Too many are being sent at once.
        case busy
        /// The file is no picture that is read: why, in words.
        case unreadable(String)
        /// Nobody is asked who of several it is, or there are not as many.
        case noChoice
    }

    package let code: Code

    package init(_ code: Code) { self.code = code }

    package var description: String {
        switch code {
        case .unknownIndividual: "there is nobody of this id"
        case .unknownPicture: "there is no such picture"
        case .recognitionOff: "people are not recognised here"
        case .tooMany: "\(OfferedPicture.limit) pictures wait already"
        case .busy: "several pictures are being sent"
        case .unreadable(let why): why
        case .noChoice: "nobody is asked who it is, or there are not as many"
        }
    }
}
