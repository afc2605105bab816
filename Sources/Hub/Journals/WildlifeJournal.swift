package import Base
package import Protocol

/// Counts what animals were seen where and when. Pure: sightings come in any order, one by one, and are not kept.
package struct WildlifeJournal: Sendable {
    /// All that is known of one kind of animal.
    package struct Entry: Sendable, Hashable {
        package var animal: String
        package var sightings = 0
        package var firstSeen: Timestamp
        package var lastSeen: Timestamp
        /// By the hour of the site's clock in which each began; 24.
        package var hours = [Int](repeating: 0, count: 24)
        /// By the month of the site's clock, as in "2026-11".
        package var months: [String: Int] = [:]
        package var cameras: [String: Int] = [:]
        /// How sure nodes were on average; nil where none says so.
        package var score: Double?
        /// The event with a picture of which its node was surest.
        package var picture: EventID?
    }

    private struct Count {
        var entry: Entry
        var scores = (sum: 0.0, count: 0)
        var best = -1.0
    }

    private let clocks: SiteClocks
    private var counts: [String: Count] = [:]
    /// Kinds of which there are more than anybody looks at; what is beyond them is counted as "animal".
    private static let limit = 1000

    package init(clocks: SiteClocks) { self.clocks = clocks }

    package mutating func add(_ sighting: AnimalSighting) {
        let animal = counts[sighting.animal] == nil && counts.count >= Self.limit ? "animal" : sighting.animal
        var count = counts[animal] ?? Count(entry: Entry(animal: animal, firstSeen: sighting.ts, lastSeen: sighting.ts))
        let moment = clocks.moment(sighting.ts, at: sighting.site)
        count.entry.sightings += 1
        count.entry.firstSeen = min(count.entry.firstSeen, sighting.ts)
        count.entry.lastSeen = max(count.entry.lastSeen, sighting.ts)
        count.entry.hours[moment.hour] += 1
        count.entry.months[Self.month(moment), default: 0] += 1
        count.entry.cameras[sighting.camera, default: 0] += 1
        if let score = sighting.score { count.scores = (count.scores.sum + score, count.scores.count + 1) }
        // What somebody said is surer than any node.
        let sureness = sighting.level == .said ? 2 : sighting.score ?? 0
        if sighting.hasPicture, sureness > count.best { (count.best, count.entry.picture) = (sureness, sighting.event) }
        counts[animal] = count
    }

    /// Those that were seen most often first.
    package var entries: [Entry] {
        counts.values.map { count in
            var entry = count.entry
            if count.scores.count > 0 { entry.score = count.scores.sum / Double(count.scores.count) }
            return entry
        }.sorted { ($1.sightings, $0.animal) < ($0.sightings, $1.animal) }
    }

    static func month(_ moment: SiteClocks.Moment) -> String {
        "\(moment.year)-\(moment.month < 10 ? "0" : "")\(moment.month)"
    }
}
