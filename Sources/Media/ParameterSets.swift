import MediaTypes

/// Finds parameter sets inside packets (H.264: ITU-T H.264 7.4.1, HEVC: ITU-T H.265 7.4.2).
enum ParameterSets {
    /// The sequence, video and picture parameter sets ahead of a packet's first slice, each behind a start code; nil when there is no
    /// sequence parameter set. Any bytes are safe to pass.
    static func find(in data: [UInt8], codec: VideoCodec, isLengthPrefixed: Bool) -> [UInt8]? {
        var found: [UInt8] = []
        var hasSequence = false
        var at = 0
        while let unit = isLengthPrefixed ? lengthPrefixedUnit(in: data, at: &at) : AnnexB.nextUnit(in: data, at: &at) {
            guard let first = data[unit].first else { continue }
            let (isSet, isSequence, isSlice) = classify(first, codec: codec)
            if isSlice { break }
            if isSet {
                found += [0, 0, 0, 1]
                found += data[unit]
            }
            hasSequence = hasSequence || isSequence
        }
        return hasSequence ? found : nil
    }

    private static func classify(_ header: UInt8, codec: VideoCodec) -> (isSet: Bool, isSequence: Bool, isSlice: Bool) {
        switch codec {
        case .h264:
            let type = header & 0x1f
            return (type == 7 || type == 8, type == 7, (1...5).contains(type))
        case .hevc:
            let type = (header >> 1) & 0x3f
            return ((32...34).contains(type), type == 33, type < 32)
        case .mjpeg:
            return (false, false, true)
        }
    }

    /// Lengths of four bytes: the only ones in use.
    private static func lengthPrefixedUnit(in data: [UInt8], at: inout Int) -> Range<Int>? {
        guard data.count - at > 4 else { return nil }
        let length = data[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
        let begin = at + 4
        guard length > 0, length <= data.count - begin else { return nil }
        at = begin + length
        return begin..<at
    }
}
