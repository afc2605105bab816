package import Protocol

/// Which sealed picture a file of the queue holds: of which event, of what, and of which rank.
package struct SnapshotName: Sendable, Hashable, Comparable {
    /// What it shows.
    package enum Subject: String, Sendable, Hashable, CaseIterable {
        /// All that the camera saw.
        case scene
        /// Who was seen, to be known again: see `PortraitWire`.
        case portrait
    }

    package let event: EventID
    package let subject: Subject
    package let rank: Int
    private static let ending = ".sealed"

    package init(event: EventID, rank: Int, subject: Subject = .scene) {
        self.event = event
        self.subject = subject
        self.rank = rank
    }

    /// - Returns: Nil for what is not exactly a name that `fileName` makes.
    package init?(fileName: String) {
        guard fileName.hasSuffix(Self.ending) else { return nil }
        let stem = fileName.dropLast(Self.ending.count)
        guard let dash = stem.lastIndex(of: "-"), let rank = Int(stem[stem.index(after: dash)...]), SnapshotWire.ranks.contains(rank) else {
            return nil
        }
        let isPortrait = stem[..<dash].hasSuffix(Self.mark)
        guard let event = EventID(stem[..<dash].dropLast(isPortrait ? Self.mark.count : 0)) else { return nil }
        self.init(event: event, rank: rank, subject: isPortrait ? .portrait : .scene)
        guard self.fileName == fileName else { return nil }
    }

    private static let mark = "-portrait"

    /// The event's id, what it shows, the rank, and an ending.
    package var fileName: String { "\(event)\(subject == .portrait ? Self.mark : "")-\(rank)\(Self.ending)" }

    /// Ids of events begin with their time: this is the order of the events.
    package static func < (a: SnapshotName, b: SnapshotName) -> Bool {
        (a.event, a.subject == .scene ? 0 : 1, a.rank) < (b.event, b.subject == .scene ? 0 : 1, b.rank)
    }

    /// Whether this takes the place of another one.
    package func replaces(_ other: SnapshotName) -> Bool { event == other.event && subject == other.subject && rank > other.rank }
}
