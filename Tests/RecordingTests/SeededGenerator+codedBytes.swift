import TestSupport

extension SeededGenerator {
    /// Bytes among which start codes and small lengths are frequent.
    mutating func codedBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in next() % 3 > 0 ? UInt8(next() % 4) : UInt8(truncatingIfNeeded: next()) }
    }
}
