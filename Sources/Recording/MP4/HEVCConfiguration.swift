/// The content of an `hvcC` box (ISO/IEC 14496-15, 8.3.3.1).
enum HEVCConfiguration {
    /// Nil where sets are missing or broken.
    static func make(_ sets: ParameterSetList) -> [UInt8]? {
        guard sets.isComplete, let first = sets.sequence.first, let sequence = HEVCSequence(first) else { return nil }
        var out = BoxWriter()
        out.u8(1)
        out.append(sequence.profile)
        // No minimum of spatial segments, and no hint for parallel decoders.
        out.append([0xf0, 0, 0xfc])
        out.append([0xfc | sequence.chroma, 0xf8 | sequence.lumaDepth, 0xf8 | sequence.chromaDepth])
        // Unknown frame rate; layers; nesting; lengths of four bytes.
        out.u16(0)
        out.u8((sequence.layers & 7) << 3 | (sequence.isNested ? 4 : 0) | 3)
        let arrays: [(type: UInt8, units: [[UInt8]])] = [(32, sets.video), (33, sets.sequence), (34, sets.picture)]
        out.u8(3)
        for (type, units) in arrays {
            // `hvc1` demands that the array be complete: its highest bit.
            out.u8(0x80 | type)
            out.u16(units.count)
            for unit in units {
                out.u16(unit.count)
                out.append(unit)
            }
        }
        return out.finish()
    }

    /// ISO/IEC 14496-15, annex E.3.
    static func codecString(_ configuration: [UInt8]) -> String {
        guard configuration.count >= 13 else { return "hvc1" }
        let space = ["", "A", "B", "C"][Int(configuration[1] >> 6)]
        var reversed: UInt32 = 0
        for byte in configuration[2..<6] {
            for bit in 0..<8 { reversed = reversed >> 1 | (byte >> UInt8(7 - bit) & 1 == 1 ? 1 << 31 : 0) }
        }
        let tier = configuration[1] & 0x20 == 0 ? "L" : "H"
        var constraints = configuration[6..<12]
        while constraints.last == 0 { constraints.removeLast() }
        return "hvc1.\(space)\(configuration[1] & 0x1f).\(String(reversed, radix: 16)).\(tier)\(configuration[12])"
            + constraints.map { "." + String($0, radix: 16, uppercase: true) }.joined()
    }
}
