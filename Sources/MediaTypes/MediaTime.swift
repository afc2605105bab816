/// A position on one stream's own clock, in nanoseconds from that clock's zero. Not comparable between streams.
package struct MediaTime: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    package init(seconds: Double) { self.nanoseconds = Int64((seconds * 1e9).rounded()) }

    package var seconds: Double { Double(nanoseconds) / 1e9 }

    package static func < (a: MediaTime, b: MediaTime) -> Bool { a.nanoseconds < b.nanoseconds }
}
