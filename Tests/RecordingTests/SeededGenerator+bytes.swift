import TestSupport

extension SeededGenerator {
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }

    /// Bytes among which start codes and small lengths are frequent.
    mutating func codedBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in next() % 3 > 0 ? UInt8(next() % 4) : UInt8(truncatingIfNeeded: next()) }
    }
}
