/// Where a box is, from detections that jitter and are missing at times: the centre at constant velocity, the size as it was of late. (ByteTrack
/// lets sizes go on changing: what left the picture shrinks to nothing so, and is not known again when it comes back.)
///
/// The noise is ByteTrack's (Zhang et al. 2022): measurements deviate by a twentieth of the box's size, velocities by a 160th of it from one
/// picture of 30 a second to the next. The four numbers do not disturb each other, so that each has a filter of its own.
struct KalmanBox: Sendable, Hashable {
    private static let measurement = 1.0 / 20
    /// Of the velocity, in sizes per second, for each second: (30 / 160)² in each 30th of a second.
    private static let noise = 30.0 / 160 * 30 / 160 * 30
    /// Of the velocity of something new, in sizes per second: ten times the velocity's own deviation, as ByteTrack has it.
    private static let unknownVelocity = 10.0 * 30 / 160
    /// Share of what is measured in the size.
    private static let sizeGain = 0.5

    private var centreX: KalmanAxis
    private var centreY: KalmanAxis
    private var width: Double
    private var height: Double

    init(_ box: Box) {
        func axis(_ value: Double, _ size: Double) -> KalmanAxis {
            KalmanAxis(value, deviation: Self.measurement * size, velocityDeviation: Self.unknownVelocity * size)
        }
        (width, height) = (max(box.width, 1e-4), max(box.height, 1e-4))
        centreX = axis(box.centreX, width)
        centreY = axis(box.centreY, height)
    }

    var box: Box { Box(x: centreX.value - width / 2, y: centreY.value - height / 2, width: width, height: height) }

    mutating func predict(seconds: Double) {
        guard seconds > 0 else { return }
        centreX.predict(seconds: seconds, noise: Self.noise * width * width)
        centreY.predict(seconds: seconds, noise: Self.noise * height * height)
    }

    mutating func correct(_ measured: Box) {
        let (across, down) = (max(measured.width, 1e-4), max(measured.height, 1e-4))
        centreX.correct(measured.centreX, deviation: Self.measurement * across)
        centreY.correct(measured.centreY, deviation: Self.measurement * down)
        width += Self.sizeGain * (across - width)
        height += Self.sizeGain * (down - height)
    }

    mutating func move(byX across: Double, y down: Double) {
        centreX.move(by: across)
        centreY.move(by: down)
    }

    /// What left the picture is at its edge for as long as it may come back.
    mutating func keepInPicture() {
        centreX.clamp(to: 0...1)
        centreY.clamp(to: 0...1)
    }

    /// What has not been seen for a while is taken to be where it was last.
    mutating func stop() {
        centreX.stop()
        centreY.stop()
    }
}
