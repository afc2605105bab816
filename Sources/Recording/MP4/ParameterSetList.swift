import MediaTypes

/// The parameter sets of a stream, each unit once, in the order in which they came.
struct ParameterSetList {
    /// HEVC only.
    private(set) var video: [[UInt8]] = []
    private(set) var sequence: [[UInt8]] = []
    private(set) var picture: [[UInt8]] = []
    private let codec: VideoCodec

    init(codec: VideoCodec) { self.codec = codec }

    /// Whether a decoder can begin with them.
    var isComplete: Bool { !sequence.isEmpty && !picture.isEmpty && (codec != .hevc || !video.isEmpty) }

    /// Bytes of the length ahead of each unit of a stream's packets, as its `avcC` or `hvcC` says.
    static func lengthSize(_ stream: StreamInfo) -> Int {
        let at = lengthSizeIndex(stream.codec)
        return stream.extradata.count > at ? Int(stream.extradata[at] & 3) + 1 : 4
    }

    /// Where `lengthSizeMinusOne` lies (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1).
    static func lengthSizeIndex(_ codec: VideoCodec) -> Int { codec == .hevc ? 21 : 4 }

    /// Takes the sets out of an Annex B byte stream.
    mutating func add(annexB data: [UInt8]) {
        var at = 0
        while let unit = AnnexB.nextUnit(in: data, at: &at) { add(unit: data[unit]) }
    }

    /// Takes the sets out of a packet of length-prefixed units.
    mutating func add(prefixed data: [UInt8], lengthSize: Int) {
        var at = 0
        while let unit = LengthPrefixed.next(in: data, at: &at, lengthSize: lengthSize) { add(unit: data[unit]) }
    }

    private mutating func add(unit: ArraySlice<UInt8>) {
        // What is longer fits into no configuration record.
        guard let header = unit.first, unit.count <= Int(UInt16.max) else { return }
        switch (codec, codec == .hevc ? header >> 1 & 0x3f : header & 0x1f) {
        case (.h264, 7) where unit.count >= 4, (.hevc, 33): Self.add(unit, to: &sequence, limit: 31)
        case (.h264, 8), (.hevc, 34): Self.add(unit, to: &picture, limit: 255)
        case (.hevc, 32): Self.add(unit, to: &video, limit: 16)
        default: break
        }
    }

    private static func add(_ unit: ArraySlice<UInt8>, to list: inout [[UInt8]], limit: Int) {
        if list.count < limit, !list.contains(where: { $0[...] == unit }) { list.append(Array(unit)) }
    }
}
