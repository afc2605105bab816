import Trust

/// The content of an `avcC` box (ISO/IEC 14496-15, 5.3.3.1).
enum AVCConfiguration {
    /// Nil where sets are missing or cut off.
    static func make(_ sets: ParameterSetList) -> [UInt8]? {
        guard sets.isComplete, let first = sets.sequence.first, first.count >= 4 else { return nil }
        var out = BoxWriter()
        out.append([1, first[1], first[2], first[3], 0xff, 0xe0 | UInt8(truncatingIfNeeded: sets.sequence.count)])
        for unit in sets.sequence {
            out.u16(unit.count)
            out.append(unit)
        }
        out.u8(UInt8(truncatingIfNeeded: sets.picture.count))
        for unit in sets.picture {
            out.u16(unit.count)
            out.append(unit)
        }
        // Baseline, main and extended profile have no more to say.
        if ![66, 77, 88].contains(first[1]) {
            guard let (chroma, luma, depth) = sampleFormat(first) else { return nil }
            out.append([0xfc | chroma, 0xf8 | luma, 0xf8 | depth, 0])
        }
        return out.finish()
    }

    /// Chroma format and bit depths less 8, of a sequence parameter set of a high profile (ITU-T H.264 7.3.2.1.1).
    private static func sampleFormat(_ unit: [UInt8]) -> (UInt8, UInt8, UInt8)? {
        var reader = BitReader(unit: unit)
        guard reader.skip(32), reader.golomb() != nil, let chroma = reader.golomb(), chroma <= 3 else { return nil }
        if chroma == 3, reader.flag() == nil { return nil }
        guard let luma = reader.golomb(), luma <= 6, let depth = reader.golomb(), depth <= 6 else { return nil }
        return (UInt8(chroma), UInt8(luma), UInt8(depth))
    }

    /// - Parameter configuration: At least four bytes, or the answer names none.
    static func codecString(_ configuration: [UInt8]) -> String {
        "avc1." + Hexadecimal.encode(configuration.dropFirst().prefix(3))
    }
}
