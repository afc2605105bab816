package import Protocol

/// A portrait whose numbers another model made than the one that portraits are compared by now.
package struct OldPortrait: Sendable, Hashable {
    /// Where it lies.
    package enum Place: Sendable, Hashable {
        /// Somebody is known by it.
        case gallery
        /// It belongs to an event.
        case event
    }

    package var place: Place
    package var event: EventID
    package var node: String
    package var rank: Int
    package var kind: PortraitKind
    package var model: String
    package var box: [UInt8]

    package init(place: Place, event: EventID, node: String, rank: Int, kind: PortraitKind, model: String, box: [UInt8]) {
        self.place = place
        self.event = event
        self.node = node
        self.rank = rank
        self.kind = kind
        self.model = model
        self.box = box
    }
}
