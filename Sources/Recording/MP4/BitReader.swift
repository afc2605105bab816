/// Reads the bits of a parameter set. Emulation prevention bytes are left out (ITU-T H.264 7.3.1, H.265 7.3.1.1). Past the end everything
/// is nil, so any bytes are safe to pass.
struct BitReader {
    private let bytes: [UInt8]
    private var at = 0

    /// - Parameter unit: A unit with its header.
    init(unit: some Sequence<UInt8>) {
        var bytes: [UInt8] = []
        var zeros = 0
        for byte in unit {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            bytes.append(byte)
        }
        self.bytes = bytes
    }

    /// Bytes that know no emulation prevention.
    init(plain bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter count: At most 48.
    mutating func bits(_ count: Int) -> UInt64? {
        guard count <= 48, count <= bytes.count * 8 - at else { return nil }
        var value: UInt64 = 0
        for _ in 0..<count {
            value = value << 1 | UInt64(bytes[at >> 3] >> UInt8(7 - at & 7) & 1)
            at += 1
        }
        return value
    }

    mutating func skip(_ count: Int) -> Bool {
        guard count <= bytes.count * 8 - at else { return false }
        at += count
        return true
    }

    mutating func flag() -> Bool? { bits(1).map { $0 == 1 } }

    /// An Exp-Golomb coded number, `ue(v)`; nil also where it has more than 31 bits.
    mutating func golomb() -> Int? {
        var zeros = 0
        while true {
            guard let bit = bits(1), zeros < 32 else { return nil }
            if bit == 1 { break }
            zeros += 1
        }
        guard let rest = bits(zeros) else { return nil }
        return (1 << zeros) - 1 + Int(rest)
    }
}
