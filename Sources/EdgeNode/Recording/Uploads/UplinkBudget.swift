/// A token bucket: how long to wait before bytes may go, so that all together stay below a rate. No clock of its own. What is taken is owed,
/// so that whoever comes later waits longer: several take turns.
struct UplinkBudget: Sendable {
    /// Seconds of the rate that may go at once after a pause.
    private static let burst = 0.5

    /// Bytes a second; nil for no limit.
    private let rate: Double?
    private var tokens: Double
    private var at: Double?

    init(rate: Double?) {
        self.rate = rate
        tokens = (rate ?? 0) * Self.burst
    }

    /// Bytes that one should take at once, so that the line is never taken for long.
    var piece: Int { rate.map { Int(min(max($0 * Self.burst / 2, 1024), Double(Self.largest))) } ?? Self.largest }
    private static let largest = 64 << 10

    /// Takes bytes.
    /// - Returns: Seconds after which they may go.
    mutating func take(_ bytes: Int, at uptime: Double) -> Double {
        guard let rate else { return 0 }
        tokens = min(tokens + max(0, uptime - (at ?? uptime)) * rate, rate * Self.burst)
        at = max(at ?? uptime, uptime)
        tokens -= Double(bytes)
        return max(0, -tokens / rate)
    }
}
