package import Base
package import Protocol

/// Somebody with a name: a person or a pet.
package struct Individual: Sendable, Hashable {
    /// What somebody is to those who live or work there. The raw values stand in the store and in answers.
    package enum Profile: String, Sendable, Hashable, CaseIterable { case household, known }

    package let id: EventID
    package let kind: IndividualKind
    package var name: String
    package var profile: Profile
    package let createdAt: Timestamp
    /// The account.
    package let createdBy: String
    /// What they, or whoever speaks for them, have consented to, in words; nil where nobody has said.
    package var consent: String?
    /// They are erased then; nil for nobody has said.
    package var keepUntil: Timestamp?

    package init(
        id: EventID, kind: IndividualKind, name: String, profile: Profile, createdAt: Timestamp, createdBy: String, consent: String? = nil,
        keepUntil: Timestamp? = nil
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.profile = profile
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.consent = consent
        self.keepUntil = keepUntil
    }

    /// Characters that a name has, at least and at most, as `PlainText` counts them.
    package static let nameLength = 1...100

    /// Characters of a consent.
    package static let consentLength = 1...1000

    package static func isConsent(_ text: String) -> Bool {
        PlainText.isValid(text, length: consentLength)
    }

    package static func isName(_ text: String) -> Bool {
        PlainText.isValid(text, length: nameLength)
    }
}
