package import MediaTypes

extension MediaTime {
    package func advanced(bySeconds seconds: Double) -> MediaTime {
        MediaTime(nanoseconds: nanoseconds &+ Int64(min(max(seconds, -9e9), 9e9) * 1e9))
    }

    /// Seconds from `other` to this.
    package func seconds(since other: MediaTime) -> Double { Double(nanoseconds &- other.nanoseconds) / 1e9 }
}
