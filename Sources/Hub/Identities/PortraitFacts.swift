package import Protocol

/// What the store is told of a portrait beside its sealed bytes.
package struct PortraitFacts: Sendable, Hashable {
    package var event: EventID
    package var node: String
    package var rank: Int
    package var track: Int
    package var kind: PortraitKind
    package var model: String

    package init(event: EventID, node: String, rank: Int, track: Int, kind: PortraitKind, model: String) {
        self.event = event
        self.node = node
        self.rank = rank
        self.track = track
        self.kind = kind
        self.model = model
    }
}
