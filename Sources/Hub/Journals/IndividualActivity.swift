package import Base
package import Protocol

/// When and where somebody was seen. Pure: events in which they are known come in any order, one by one.
package struct IndividualActivity: Sendable {
    package struct Camera: Sendable, Hashable {
        package var camera: String
        package var site: String
        package var sightings = 0
        package var lastSeen: Timestamp
    }

    package struct Last: Sendable, Hashable {
        package var event: EventID
        /// When they were seen last; of an event that goes on: until now.
        package var seen: Timestamp
        package var camera: String
        package var site: String
    }

    private let clocks: SiteClocks
    private let now: Timestamp
    package private(set) var sightings = 0
    /// By the hour of the site's clock in which each began; 24.
    package private(set) var hours = [Int](repeating: 0, count: 24)
    /// By the day of the site's clock, as in "2026-11-27".
    package private(set) var days: [String: Int] = [:]
    package private(set) var last: Last?
    private var places: [String: Camera] = [:]

    package init(clocks: SiteClocks, now: Timestamp) {
        self.clocks = clocks
        self.now = now
    }

    package mutating func add(_ stored: StoredEvent) {
        let event = stored.event
        let moment = clocks.moment(event.ts, at: event.site)
        let seen = stored.seenUntil(now)
        sightings += 1
        hours[moment.hour] += 1
        days["\(WildlifeJournal.month(moment))-\(moment.day < 10 ? "0" : "")\(moment.day)", default: 0] += 1
        places[event.sourceID, default: Camera(camera: event.sourceID, site: event.site, lastSeen: seen)].sightings += 1
        if let place = places[event.sourceID], seen > place.lastSeen { places[event.sourceID]?.lastSeen = seen }
        if last.map({ ($0.seen, $0.event) < (seen, event.id) }) ?? true {
            last = Last(event: event.id, seen: seen, camera: event.sourceID, site: event.site)
        }
    }

    /// Those that saw them most often first.
    package var cameras: [Camera] { places.values.sorted { ($1.sightings, $0.camera) < ($0.sightings, $1.camera) } }
}
