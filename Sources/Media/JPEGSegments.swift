/// The segments of a JPEG (ITU-T T.81, B), one after the other up to its end. Any bytes are safe to pass.
struct JPEGSegments: Sequence, IteratorProtocol {
    /// What begins with a marker that has a length.
    struct Segment {
        let marker: UInt8
        /// Its bytes with marker, length and, of a scan, what is coded; as places in the file.
        let range: Range<Int>
        /// What is in it, without these.
        let body: ArraySlice<UInt8>
    }

    /// Where the walk came to an end.
    enum End {
        /// At the marker that ends a picture.
        case picture
        /// The file ends between segments.
        case file
        /// At bytes that are no segment.
        case damage
    }

    private let bytes: [UInt8]
    private var at = 2
    /// Nil before the last segment.
    private(set) var end: End?

    /// - Returns: Nil for what does not begin as a JPEG.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0xff, 0xd8]) else { return nil }
        self.bytes = bytes
    }

    mutating func next() -> Segment? {
        guard end == nil else { return nil }
        while at + 1 < bytes.count {
            guard bytes[at] == 0xff else { return stop(.damage) }
            let marker = bytes[at + 1]
            // Any number of these may stand before a marker.
            if marker == 0xff {
                at += 1
                continue
            }
            if marker == 0xd9 { return stop(.picture) }
            guard at + 4 <= bytes.count else { break }
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            guard length >= 2, length <= bytes.count - at - 2 else { return stop(.damage) }
            let start = at
            at += 2 + length
            let body = bytes[(start + 4)..<at]
            if marker == 0xda { passScan() }
            return Segment(marker: marker, range: start..<at, body: body)
        }
        return stop(.file)
    }

    private mutating func stop(_ end: End) -> Segment? {
        self.end = end
        return nil
    }

    /// Goes to the next marker that neither is a byte of a scan nor restarts one.
    private mutating func passScan() {
        while at + 1 < bytes.count {
            if bytes[at] == 0xff, bytes[at + 1] != 0, !(0xd0...0xd7).contains(bytes[at + 1]), bytes[at + 1] != 0xff { return }
            at += 1
        }
        at = bytes.count
    }
}
