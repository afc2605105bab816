import Protocol

/// What the filters of the timeline can offer, from one event.
struct SourceTriple: Sendable, Hashable {
    var site: String
    var source: String
    var type: String

    /// How many triples a store remembers having written; beyond that it starts anew.
    static let bound = 4096

    init(_ event: Event) {
        site = event.site
        source = event.sourceID
        type = event.type
    }
}
