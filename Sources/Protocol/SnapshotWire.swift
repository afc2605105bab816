/// What a node and a hub agree on about an event's picture: `PUT /api/v1/nodes/{node}/snapshots/{event}`.
///
/// What is sealed is the layout (one byte, 0 or 1), the thumbnail's length in three bytes, big-endian, in layout 1 where people are, the thumbnail, and
/// the picture, both JPEG. Where people are is their number in one byte and for each left, top, right and bottom in two bytes, big-endian, as
/// parts of 65,535 of the picture. In layout 0 nobody has looked for people.
package enum SnapshotWire {
    /// The header that says how good the picture is. A higher one replaces a lower one.
    package static let rankHeader = "Vigilar-Rank"
    /// Ranks that there are. Their number bounds how often an event's picture can be replaced.
    package static let ranks = 1...9
    /// The rank of a picture in which the hub has hidden people for good: none of a node replaces it.
    package static let hiddenRank = 10
    /// Bytes that a sealed pair of pictures has at most.
    package static let maximumBox = 160 * 1024

    /// What a box is sealed for, so that it cannot be passed off as another node's, event's or rank's.
    package static func context(node: String, event: EventID, rank: Int) -> [UInt8] {
        Array("vigilar/snapshot/v1\0\(node)\0\(event)\0\(rank)".utf8)
    }

    /// People that a picture says the places of, at most; of more than these nothing is said, as of one in which nobody has looked for them.
    package static let peopleLimit = 64

    /// What was sealed.
    package struct Contents: Sendable, Hashable {
        package var thumbnail: ArraySlice<UInt8>
        package var picture: ArraySlice<UInt8>
        /// Where people are, in fractions of the picture; nil where nobody has looked for them.
        package var people: [SnapshotArea]?
    }

    /// The two pictures as they are sealed.
    /// - Parameter people: Where people are; nil where nobody has looked for them.
    package static func pack(thumbnail: [UInt8], picture: [UInt8], people: [SnapshotArea]? = nil) -> [UInt8] {
        let places = people.flatMap { $0.count <= peopleLimit ? $0 : nil }
        let length = UInt32(clamping: thumbnail.count) | (places == nil ? 0 : 1 << 24)
        var out = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) }
        if let places {
            out.append(UInt8(clamping: places.count))
            for place in places {
                for edge in [place.left, place.top, place.right, place.bottom] {
                    let part = UInt16((edge > 0 ? min(edge, 1) * 65_535 : 0).rounded())
                    out += [UInt8(part >> 8), UInt8(part & 0xFF)]
                }
            }
        }
        return out + thumbnail + picture
    }

    /// Takes apart what was sealed; nil where it is not two JPEGs. It may hold anything: whoever seals need not be a node of ours.
    package static func unpack(_ bytes: [UInt8]) -> Contents? {
        guard bytes.count >= 5, bytes[0] <= 1 else { return nil }
        let length = bytes[1..<4].reduce(0) { $0 << 8 | Int($1) }
        var start = 4
        var people: [SnapshotArea]?
        if bytes[0] == 1 {
            let count = Int(bytes[4])
            start = 5 + 8 * count
            guard count <= peopleLimit, start <= bytes.count else { return nil }
            people = stride(from: 5, to: start, by: 8).map { place in
                let edges = stride(from: place, to: place + 8, by: 2).map { Double(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1])) / 65_535 }
                return SnapshotArea(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3])
            }
        }
        guard length <= bytes.count - start else { return nil }
        let (thumbnail, picture) = (bytes[start..<(start + length)], bytes[(start + length)...])
        return isJPEG(thumbnail) && isJPEG(picture) ? Contents(thumbnail: thumbnail, picture: picture, people: people) : nil
    }

    /// Whether something begins as a JPEG does: the marker SOI, and the first byte of the next one (ITU-T T.81, B.1.1.2).
    static func isJPEG(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.count >= 4 && bytes.starts(with: [0xFF, 0xD8, 0xFF]) }
}
