package import Base
private import Protocol

/// Says what rules have to tell, by what was seen. Pure.
package struct PetRuleJudge: Sendable {
    package let clocks: SiteClocks
    package let now: Timestamp

    package init(clocks: SiteClocks, now: Timestamp) {
        self.clocks = clocks
        self.now = now
    }

    // MARK: Seen outside at a time

    /// - Parameters:
    ///   - sightings: Events in which the pet was known, in any order.
    ///   - places: Where cameras look.
    /// - Returns: One for each span of the rule and each site, in order.
    package func outside(
        _ rule: PetRule, from: Int, to: Int, sightings: [StoredEvent], places: [String: CameraPlace]
    ) -> [PetAlert] {
        var alerts: [EventID: PetAlert] = [:]
        let outdoors = sightings.filter { places[$0.event.sourceID] == .outdoor }
        for stored in outdoors.sorted(by: { ($0.event.ts, $0.event.id) < ($1.event.ts, $1.event.id) }) {
            let event = stored.event
            let seen = stored.seenUntil(now)
            // One that began the evening before may be of yesterday's span.
            for day in -1...1 {
                let start = clocks.time(from, days: day, from: event.ts, at: event.site)
                let end = clocks.time(to, days: to > from ? day : day + 1, from: event.ts, at: event.site)
                let first = max(event.ts, start, rule.createdAt)
                guard first < end, first <= seen, first <= now else { continue }
                let date = clocks.moment(start, at: event.site)
                let number = Int64(date.year * 10_000 + date.month * 100 + date.day)
                let id = EventID(subject: "rule \(rule.id) \(event.site)", transition: number)
                guard alerts[id] == nil else { continue }
                alerts[id] = PetAlert(
                    id: id, rule: rule.id, condition: rule.condition.stored.kind, individual: rule.individual, site: event.site,
                    camera: event.sourceID, ts: first, end: first,
                    sighting: event.id,
                    why: "Seen outside at \(clock(first, event.site)). The rule says not between \(Self.clock(from)) and \(Self.clock(to))."
                )
            }
        }
        return alerts.values.sorted { ($0.ts, $0.id) < ($1.ts, $1.id) }
    }

    // MARK: Not seen for long

    /// What is known of a pet that may be missed.
    package struct Absence: Sendable {
        /// The last event in which it was known.
        package var last: StoredEvent
        /// When cameras that know it were not watching; in any order, they may overlap.
        package var outages: [(from: Timestamp, to: Timestamp)] = []
        /// Why it cannot be told now whether it is there; nil where all cameras that know it are watching.
        package var isBlind: String?

        package init(last: StoredEvent) { self.last = last }
    }

    package func unseen(_ rule: PetRule, hours: Int, _ absence: Absence) -> PetAlert? {
        guard absence.isBlind == nil else { return nil }
        let event = absence.last.event
        let seen = absence.last.seenUntil(now)
        guard watched(from: seen, absence.outages) >= Double(hours) * 3600 else { return nil }
        return PetAlert(
            id: EventID(subject: "rule \(rule.id) \(event.site)", transition: event.ts.microseconds), rule: rule.id,
            condition: rule.condition.stored.kind, individual: rule.individual, site: event.site, camera: event.sourceID, ts: now, end: nil,
            sighting: event.id,
            why: "Not seen for \(hours) h\(absence.outages.isEmpty ? "" : " in which its cameras were watching"). "
                + "Last seen by \(event.sourceID) at \(clock(seen, event.site)).")
    }

    /// Seconds until now without those in which something was not watching.
    func watched(from start: Timestamp, _ outages: [(from: Timestamp, to: Timestamp)]) -> Double {
        var (total, covered) = (max(0, now.seconds(since: start)), start)
        for outage in outages.sorted(by: { $0.from < $1.from }) {
            let (from, to) = (max(outage.from, covered), min(outage.to, now))
            guard to > from else { continue }
            total -= to.seconds(since: from)
            covered = to
        }
        return total
    }

    /// What ends a pet's absence.
    /// - Parameters:
    ///   - alert: An event of ours that goes on.
    ///   - last: The last event in which the pet was known, now; nil where there is none any more.
    /// - Returns: Nil where it goes on: also where somebody said that the sighting was of another pet, or it was deleted.
    package func end(_ alert: StoredEvent, last: StoredEvent?) -> Timestamp? {
        let told = (try? JSONObject(alert.event.payload))?.string("sighting").flatMap { EventID($0) }
        // Ids of events begin with their time.
        guard let last, let told, last.event.id > told else { return nil }
        return max(alert.event.ts, last.event.ts)
    }

    private func clock(_ time: Timestamp, _ site: String) -> String {
        let moment = clocks.moment(time, at: site)
        return Self.clock(moment.hour * 60 + moment.minute)
    }

    /// "07:05"
    package static func clock(_ minute: Int) -> String {
        "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
    }
}
