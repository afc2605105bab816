private import Base
private import Protocol

/// What the page of one event shows, as the template's values.
struct EventView {
    var visitor: PageVisitor
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    var event: StoredEvent
    /// The feed's cursor that the page is at least as new as.
    var cursor: Int64
    /// Whether they may acknowledge it, say what it shows, and read and write notes.
    var operates = false
    /// Whether they may see its video.
    var watches = false
    /// Whether they may delete notes of others.
    var administers = false
    /// Whether they may say who of those that are known it shows.
    var names = false

    /// Kinds of individuals that events of a type show.
    private static let kinds = ["person": "person", "face": "person", "pet": "pet"]
    /// What somebody may say that it does not show, by its type; events of other types do not say what they show.
    static let things = [
        "person": "a person", "face": "a face", "pet": "an animal", "wildlife": "an animal", "vehicle": "a vehicle",
    ]

    func values(icons: String) -> [String: Any] {
        var out = EventRow.values(event, icons: icons)
        out["isEvents"] = true
        out["cursor"] = String(cursor)
        out["received"] = event.receivedAt.rfc3339
        out["operates"] = operates
        out["administersCamera"] = administers
        let isOfCamera = !event.event.type.hasPrefix("node_")
        out["watches"] = watches && isOfCamera
        out["asksSpecies"] = operates && event.event.type == "wildlife"
        out["judges"] = operates && (event.event.type == "motion" || Self.things[event.event.type] != nil)
        if let thing = Self.things[event.event.type] { out["thing"] = thing }
        if names, let kind = Self.kinds[event.event.type] { out["kind"] = kind }
        out.merge(visitor.values) { $1 }
        if let notice { out["notice"] = notice }
        return out
    }
}
