/// Numbers that are the same in each run (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators").
struct MediaNoise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// Bytes among which start codes and small lengths are frequent.
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in next() % 3 > 0 ? UInt8(next() % 4) : UInt8(truncatingIfNeeded: next()) }
    }
}
