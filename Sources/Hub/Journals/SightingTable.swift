import Base
import Protocol

/// Who was seen, as lines of a table: one for each who is known in an event, or one without a name.
struct SightingTable: Sendable {
    static let columns = [
        "time", "local_time", "time_zone", "site", "camera", "kind", "name", "known_by", "score", "seconds", "event",
    ]

    let kind: IndividualKind
    /// Of whom alone; nil: of everybody, those without a name too.
    let individual: EventID?
    let clocks: SiteClocks

    /// Types of the events that it is made of. Somebody may have said of what a node takes for a wild animal that it is a pet.
    var types: [String] { kind == .person ? ["person", "face"] : ["pet", "wildlife"] }

    /// - Parameter stored: An event of one of `types`.
    func append(_ stored: StoredEvent, to out: inout [UInt8]) {
        let known = JSONObject.objects(in: stored.identities).filter { who in
            who.string("kind") == kind.rawValue && who.string("name") != nil
                && (individual == nil || who.string("id") == individual?.description)
        }
        for who in known {
            let score = who.double("score")
            // What somebody said has no likeness.
            let knownBy = score == nil ? "said" : who.string("state") ?? ""
            append(stored.event, [who.string("name") ?? "", knownBy, score.map(CSVText.number) ?? ""], to: &out)
        }
        if known.isEmpty, individual == nil, stored.event.type != "wildlife" { append(stored.event, ["", "", ""], to: &out) }
    }

    private func append(_ event: Event, _ who: [String], to out: inout [UInt8]) {
        var cells = [event.ts.rfc3339, CSVText.local(event.ts, clocks, event.site), clocks.zone(of: event.site)]
        cells += [event.site, event.sourceID, kind.rawValue]
        cells += who
        cells.append(event.endTS.map { CSVText.number($0.seconds(since: event.ts)) } ?? "")
        cells.append(event.id.description)
        CSVText.append(cells, to: &out)
    }
}
