/// What a node and a hub agree on about an event's picture: `PUT /api/v1/nodes/{node}/snapshots/{event}`.
///
/// What is sealed is the thumbnail's length in four bytes, big-endian, the thumbnail, and the picture, both JPEG.
package enum SnapshotWire {
    /// The header that says how good the picture is. A higher one replaces a lower one.
    package static let rankHeader = "Vigilar-Rank"
    /// Ranks that there are. Their number bounds how often an event's picture can be replaced.
    package static let ranks = 1...9
    /// Bytes that a sealed pair of pictures has at most.
    package static let maximumBox = 160 * 1024

    /// What a box is sealed for, so that it cannot be passed off as another node's, event's or rank's.
    package static func context(node: String, event: EventID, rank: Int) -> [UInt8] {
        Array("vigilar/snapshot/v1\0\(node)\0\(event)\0\(rank)".utf8)
    }

    /// The two pictures as they are sealed.
    package static func pack(thumbnail: [UInt8], picture: [UInt8]) -> [UInt8] {
        let length = UInt32(clamping: thumbnail.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) } + thumbnail + picture
    }

    /// Takes apart what was sealed; nil where it is not two JPEGs. It may hold anything: whoever seals need not be a node of ours.
    package static func unpack(_ bytes: [UInt8]) -> (thumbnail: ArraySlice<UInt8>, picture: ArraySlice<UInt8>)? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - 4 else { return nil }
        let (thumbnail, picture) = (bytes[4..<(4 + length)], bytes[(4 + length)...])
        return isJPEG(thumbnail) && isJPEG(picture) ? (thumbnail, picture) : nil
    }

    /// Whether something begins as a JPEG does: the marker SOI, and the first byte of the next one (ITU-T T.81, B.1.1.2).
    static func isJPEG(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.count >= 4 && bytes.starts(with: [0xFF, 0xD8, 0xFF]) }
}
