package import Base
package import Protocol
package import Vision

/// A picture that somebody gave of a person or a pet, and that is not among those that they are known by yet.
package struct OfferedPicture: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        /// To be looked at, or looked at again, now that somebody has said who of several it is.
        case waiting
        /// It shows several, and somebody must say who it is.
        case several
        /// Nobody can be known by it: `trouble` says why.
        case useless
    }

    /// Also of the portrait that is made of it.
    package var id: EventID
    package var individual: EventID
    package var kind: IndividualKind
    package var state: State
    /// Of all that it shows, where there are several, in fractions of the picture.
    package var found: [Box]
    /// Who of them it is.
    package var chosen: Box?
    /// What is the matter, for people.
    package var trouble: String?
    package var addedAt: Timestamp
    package var addedBy: String

    /// Pictures that wait or were not taken away, of all individuals.
    package static let limit = 200

    package init(
        id: EventID, individual: EventID, kind: IndividualKind, state: State = .waiting, found: [Box] = [], chosen: Box? = nil,
        trouble: String? = nil, addedAt: Timestamp, addedBy: String
    ) {
        self.id = id
        self.individual = individual
        self.kind = kind
        self.state = state
        self.found = found
        self.chosen = chosen
        self.trouble = trouble
        self.addedAt = addedAt
        self.addedBy = addedBy
    }

    /// What the picture is sealed for.
    package var context: [UInt8] { Array("vigilar/picture/v1\0\(id)".utf8) }
}
