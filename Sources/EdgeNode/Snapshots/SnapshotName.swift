package import Protocol

/// Which picture a file of the queue holds: of which event, and of which rank.
package struct SnapshotName: Sendable, Hashable, Comparable {
    package let event: EventID
    package let rank: Int
    private static let ending = ".sealed"

    package init(event: EventID, rank: Int) {
        self.event = event
        self.rank = rank
    }

    /// - Returns: Nil for what is not exactly a name that `fileName` makes.
    package init?(fileName: String) {
        guard fileName.hasSuffix(Self.ending) else { return nil }
        let stem = fileName.dropLast(Self.ending.count)
        guard let dash = stem.lastIndex(of: "-"), let event = EventID(stem[..<dash]), let rank = Int(stem[stem.index(after: dash)...]),
            SnapshotWire.ranks.contains(rank)
        else { return nil }
        self.init(event: event, rank: rank)
        guard self.fileName == fileName else { return nil }
    }

    /// The event's id, the rank, and an ending.
    package var fileName: String { "\(event)-\(rank)\(Self.ending)" }

    /// Ids of events begin with their time: this is the order of the events.
    package static func < (a: SnapshotName, b: SnapshotName) -> Bool { (a.event, a.rank) < (b.event, b.rank) }
}
