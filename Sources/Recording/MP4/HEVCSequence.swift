/// What `hvcC` repeats of a sequence parameter set (ITU-T H.265 7.3.2.2.1 and 7.3.3).
struct HEVCSequence {
    /// The twelve bytes of the general profile, tier and level, as they are in the set.
    let profile: [UInt8]
    let chroma: UInt8
    /// Bits less 8.
    let lumaDepth: UInt8
    let chromaDepth: UInt8
    /// Temporal sub-layers, 1 to 7.
    let layers: UInt8
    let isNested: Bool

    /// Nil for what is no sequence parameter set; any bytes are safe to pass.
    init?(_ unit: [UInt8]) {
        var reader = BitReader(unit: unit)
        guard reader.skip(16 + 4), let layersLess1 = reader.bits(3), layersLess1 < 7, let nested = reader.flag() else { return nil }
        var profile: [UInt8] = []
        for _ in 0..<12 {
            guard let byte = reader.bits(8) else { return nil }
            profile.append(UInt8(byte))
        }
        guard Self.skipSubLayers(Int(layersLess1), &reader), reader.golomb() != nil, let chroma = reader.golomb(), chroma <= 3 else {
            return nil
        }
        if chroma == 3, reader.flag() == nil { return nil }
        // The size; the window of what is shown.
        guard reader.golomb() != nil, reader.golomb() != nil, let hasWindow = reader.flag() else { return nil }
        if hasWindow {
            for _ in 0..<4 where reader.golomb() == nil { return nil }
        }
        guard let luma = reader.golomb(), luma <= 7, let depth = reader.golomb(), depth <= 7 else { return nil }
        self.profile = profile
        self.chroma = UInt8(chroma)
        lumaDepth = UInt8(luma)
        chromaDepth = UInt8(depth)
        layers = UInt8(layersLess1) + 1
        isNested = nested
    }

    /// Profiles and levels of the sub-layers below the highest.
    private static func skipSubLayers(_ count: Int, _ reader: inout BitReader) -> Bool {
        if count == 0 { return true }
        var skipped = 0
        for index in 0..<8 {
            guard let flags = reader.bits(2) else { return false }
            if index < count { skipped += (flags & 2 != 0 ? 88 : 0) + (flags & 1 != 0 ? 8 : 0) }
        }
        return reader.skip(skipped)
    }
}
