/// Waiting times between attempts: exponential from `base` to `maximum` seconds, each drawn evenly from its upper half, so that
/// many that failed together do not come back together.
package struct Backoff: Sendable {
    package let base: Double
    package let maximum: Double
    private var attempt = 0

    package init(base: Double, maximum: Double) {
        self.base = base
        self.maximum = maximum
    }

    /// Seconds to wait before the next attempt.
    package mutating func next() -> Double {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    package mutating func next(using generator: inout some RandomNumberGenerator) -> Double {
        var ceiling = base
        for _ in 0..<attempt where ceiling < maximum { ceiling *= 2 }
        ceiling = min(ceiling, maximum)
        attempt += 1
        return Double.random(in: ceiling / 2...ceiling, using: &generator)
    }

    /// To be called after a success.
    package mutating func reset() { attempt = 0 }
}
