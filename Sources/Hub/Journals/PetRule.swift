package import Base
package import Protocol

/// What somebody wants to be told of a pet.
package struct PetRule: Sendable, Hashable {
    package enum Condition: Sendable, Hashable {
        /// Seen by an outdoor camera between two times of a day, in minutes after midnight by the site's clock. Where the end is not after the
        /// start the next day's is meant.
        case outside(from: Int, to: Int)
        /// Not seen for so many hours while the cameras that know it were watching.
        case unseen(hours: Int)
    }

    package let id: EventID
    package let individual: EventID
    package let condition: Condition
    /// What was before is not told.
    package let createdAt: Timestamp
    /// The account.
    package let createdBy: String

    package init(id: EventID, individual: EventID, condition: Condition, createdAt: Timestamp, createdBy: String) {
        self.id = id
        self.individual = individual
        self.condition = condition
        self.createdAt = createdAt
        self.createdBy = createdBy
    }

    /// Minutes of a day, and hours that somebody may be unseen: up to 30 days.
    package static let minutes = 0...1439
    package static let hours = 1...720
    /// Of all pets together.
    package static let limit = 200
}

extension PetRule.Condition {
    /// The kind and its two numbers, as they stand in the store.
    var stored: (kind: String, first: Int, second: Int) {
        switch self {
        case .outside(let from, let to): ("outside", from, to)
        case .unseen(let hours): ("unseen", hours, 0)
        }
    }

    /// - Returns: Nil where the numbers are none of the kind's.
    init?(kind: String, first: Int, second: Int) {
        switch kind {
        case "outside" where PetRule.minutes.contains(first) && PetRule.minutes.contains(second) && first != second:
            self = .outside(from: first, to: second)
        case "unseen" where PetRule.hours.contains(first): self = .unseen(hours: first)
        default: return nil
        }
    }
}
