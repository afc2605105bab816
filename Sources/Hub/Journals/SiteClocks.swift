package import Base
import Foundation

/// What the clocks on the walls of the sites show. Pure, but for the tz database of the machine.
package struct SiteClocks: Sendable {
    /// A moment as a site's clock shows it.
    package struct Moment: Sendable, Hashable {
        package var year: Int
        package var month: Int
        package var day: Int
        package var hour: Int
        package var minute: Int
    }

    private let calendars: [String: Calendar]
    private let standard: Calendar

    /// - Parameters:
    ///   - zones: Names of the tz database, by site. One that the machine does not know counts as the standard.
    ///   - standard: Of all other sites.
    package init(zones: [String: String] = [:], standard: String = SiteClocks.own) {
        self.standard = Self.calendar(standard) ?? Self.calendar("GMT") ?? Calendar(identifier: .gregorian)
        calendars = zones.compactMapValues(Self.calendar)
    }

    /// The machine's own zone.
    package static var own: String { TimeZone.current.identifier }

    /// Whether it is the name of a zone that the machine knows, an older one included.
    package static func isZone(_ name: String) -> Bool {
        name.utf8.count <= 64 && name.wholeMatch(of: /[A-Za-z][A-Za-z0-9+_\-]*(\/[A-Za-z0-9+_\-]+)*/) != nil
            && TimeZone(identifier: name) != nil
    }

    package func zone(of site: String) -> String { calendar(of: site).timeZone.identifier }

    package func moment(_ time: Timestamp, at site: String) -> Moment {
        let parts = calendar(of: site).dateComponents([.year, .month, .day, .hour, .minute], from: Self.date(time))
        return Moment(
            year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0, hour: parts.hour ?? 0, minute: parts.minute ?? 0)
    }

    /// Seconds by which a site's clock is ahead of UTC at a moment.
    package func offset(_ time: Timestamp, at site: String) -> Int { calendar(of: site).timeZone.secondsFromGMT(for: Self.date(time)) }

    /// When a site's clock shows a minute of a day: the first such moment, or, of one that the clock leaves out, that much after the gap's start.
    /// - Parameters:
    ///   - days: Counted from the day of `time`.
    ///   - minute: After midnight.
    package func time(_ minute: Int, days: Int, from time: Timestamp, at site: String) -> Timestamp {
        let calendar = calendar(of: site)
        let start = calendar.startOfDay(for: Self.date(time))
        let day = calendar.date(byAdding: .day, value: days, to: start) ?? start
        var parts = calendar.dateComponents([.year, .month, .day], from: day)
        (parts.hour, parts.minute) = (minute / 60, minute % 60)
        return Timestamp(secondsSince1970: (calendar.date(from: parts) ?? day).timeIntervalSince1970)
    }

    private func calendar(of site: String) -> Calendar { calendars[site] ?? standard }

    private static func date(_ time: Timestamp) -> Date { Date(timeIntervalSince1970: time.secondsSince1970) }

    private static func calendar(_ name: String) -> Calendar? {
        guard let zone = TimeZone(identifier: name) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar
    }
}
