/// Conversions between clocks. The numbers are those of a checked `FragmentLine`, so that no product overflows.
enum Ticks {
    /// Ticks of 90 kHz, to the nearest: so that a time given as microseconds comes back as the same tick.
    static func video(microseconds: Int64) -> Int64 { floor(microseconds * 9 + 50, by: 100) }

    /// To the nearest.
    /// - Parameter ticks: Of 90 kHz.
    static func microseconds(video ticks: Int64) -> Int64 { floor(ticks * 200 + 9, by: 18) }

    /// Rounded down, so that a constant distance stays constant.
    /// - Parameter ticks: Of 90 kHz.
    static func sound(video ticks: Int64, rate: Int) -> Int64 { floor(ticks * Int64(rate), by: Int64(VideoTrack.timescale)) }

    /// - Parameter ticks: Of the sound.
    static func video(sound ticks: Int64, rate: Int) -> Int64 { ticks * Int64(VideoTrack.timescale) / Int64(rate) }

    private static func floor(_ value: Int64, by divisor: Int64) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
