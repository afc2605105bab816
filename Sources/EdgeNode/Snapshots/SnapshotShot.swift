package import Protocol
package import Vision

/// A picture of an event that the hub is to have, not yet encoded.
package struct SnapshotShot<Picture: Sendable>: Sendable {
    package let event: EventID
    /// 1 for the first that the event has, 2 for the one that replaces it.
    package let rank: Int
    package let picture: Picture
    /// Where people are in it; nil where nobody has looked for them.
    package let people: [Box]?
    /// What it shows of its event.
    package let boxes: [SnapshotBox]

    package init(event: EventID, rank: Int, picture: Picture, people: [Box]? = nil, boxes: [SnapshotBox] = []) {
        self.event = event
        self.rank = rank
        self.picture = picture
        self.people = people
        self.boxes = boxes
    }
}
