/// Lets a file go by at its own speed: when the packet of a decode time is due. Time is passed in.
struct Pace: Sendable {
    private let start: Double
    private var first: Double?

    /// - Parameter start: Uptime in seconds at which the file begins.
    init(start: Double) { self.start = start }

    /// Seconds to wait before the packet goes on; zero or less when it is due. A source that wants more than ten seconds at once is
    /// not believed.
    mutating func wait(for decodeSeconds: Double, uptime: Double) -> Double {
        let origin = first ?? decodeSeconds
        first = origin
        return min(start + decodeSeconds - origin - uptime, 10)
    }
}
