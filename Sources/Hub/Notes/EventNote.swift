package import Base
package import Protocol

/// What somebody wrote about an event, for the others who look after the same cameras.
package struct EventNote: Sendable, Hashable {
    package let id: EventID
    package let event: EventID
    package let text: String
    package let createdAt: Timestamp
    /// The account.
    package let createdBy: String

    /// Notes of one event at most.
    package static let limit = 100
    /// Code points of one note.
    static let length = 1...2000

    package init(id: EventID, event: EventID, text: String, createdAt: Timestamp, createdBy: String) {
        self.id = id
        self.event = event
        self.text = text
        self.createdAt = createdAt
        self.createdBy = createdBy
    }

    /// Whether a text can be a note: lines of plain text.
    static func isText(_ text: String) -> Bool {
        PlainText.isValid(text.replacing("\r\n", with: "\n").replacing("\n", with: " "), length: length)
    }
}
