/// A number and how fast it changes, estimated from measurements (Kalman 1960) under accelerations that are white noise.
struct KalmanAxis: Sendable, Hashable {
    private(set) var value: Double
    /// Per second.
    private(set) var velocity = 0.0
    /// Covariance of the two.
    private var valueVariance: Double
    private var covariance = 0.0
    private var velocityVariance: Double

    /// - Parameters:
    ///   - deviation: Standard deviation of the first measurement.
    ///   - velocityDeviation: How fast it may change already, per second.
    init(_ value: Double, deviation: Double, velocityDeviation: Double) {
        self.value = value
        valueVariance = deviation * deviation
        velocityVariance = velocityDeviation * velocityDeviation
    }

    /// Lets time pass.
    /// - Parameter noise: Spectral density of the acceleration: variance of the velocity that a second adds.
    mutating func predict(seconds: Double, noise: Double) {
        value += velocity * seconds
        valueVariance += seconds * (2 * covariance + seconds * velocityVariance) + noise * seconds * seconds * seconds / 3
        covariance += seconds * velocityVariance + noise * seconds * seconds / 2
        velocityVariance += noise * seconds
    }

    mutating func correct(_ measured: Double, deviation: Double) {
        let innovation = measured - value
        let total = valueVariance + deviation * deviation
        guard total > 0 else { return }
        let valueGain = valueVariance / total
        let velocityGain = covariance / total
        value += valueGain * innovation
        velocity += velocityGain * innovation
        velocityVariance -= velocityGain * covariance
        covariance -= valueGain * covariance
        valueVariance -= valueGain * valueVariance
    }

    /// It goes no further than the ends of a range, and stays there.
    mutating func clamp(to range: ClosedRange<Double>) {
        guard !range.contains(value) else { return }
        value = min(max(value, range.lowerBound), range.upperBound)
        stop()
    }

    /// It is elsewhere, and as well known as before.
    mutating func move(by distance: Double) { value += distance }

    /// It stays where it is, and nothing is known of where it will go: what is measured next says nothing of how it came there. (With the covariance
    /// left as it is, every later measurement would be taken for a change of speed, the other way each time.)
    mutating func stop() {
        velocity = 0
        covariance = 0
    }
}
