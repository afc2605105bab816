/// What a node and a hub agree on about an event's picture: `PUT /api/v1/nodes/{node}/snapshots/{event}`.
///
/// What is sealed is the layout (one byte, 2), the thumbnail's length in three bytes, big-endian, where people are, what is framed, the thumbnail, and
/// the picture, both JPEG. Where people are is their number in one byte, 255 where nobody has looked for them, and an area for each. What is framed is
/// the number of boxes in one byte and for each its kind in one byte (`SnapshotBoxKind`, in order), its score in one byte, in hundredths or 255 where it
/// has none, and its area. An area is left, top, right and bottom in two bytes each, big-endian, as parts of 65,535 of the picture.
///
/// Layouts 0 and 1 are those of older nodes, and read as well: in both nothing is framed, and in layout 0 nobody has looked for people, and nothing is
/// said of them.
package enum SnapshotWire {
    /// The header that says how good the picture is. A higher one replaces a lower one.
    package static let rankHeader = "Vigilar-Rank"
    /// Ranks that there are. Their number bounds how often an event's picture can be replaced.
    package static let ranks = 1...9
    /// The rank of a picture in which the hub has hidden people for good: none of a node replaces it.
    package static let hiddenRank = 10
    /// Bytes that a sealed pair of pictures has at most.
    package static let maximumBox = 160 * 1024
    /// The layout that is written; lower ones are read.
    private static let layout: UInt8 = 2

    /// What a box is sealed for, so that it cannot be passed off as another node's, event's or rank's.
    package static func context(node: String, event: EventID, rank: Int) -> [UInt8] {
        Array("vigilar/snapshot/v1\0\(node)\0\(event)\0\(rank)".utf8)
    }

    /// People that a picture says the places of, at most; of more than these nothing is said, as of one in which nobody has looked for them.
    package static let peopleLimit = 64
    /// Boxes that a picture has, at most.
    package static let boxLimit = 32

    /// In place of a number of people: nobody has looked for them. In place of a score: there is none.
    private static let absent: UInt8 = 255
    private static let areaSize = 8
    private static let boxSize = 2 + areaSize

    /// What was sealed.
    package struct Contents: Sendable, Hashable {
        package var thumbnail: ArraySlice<UInt8>
        package var picture: ArraySlice<UInt8>
        /// Where people are, in fractions of the picture; nil where nobody has looked for them.
        package var people: [SnapshotArea]?
        /// What the picture shows of its event; nothing where its node does not say so.
        package var boxes: [SnapshotBox]
    }

    /// The two pictures as they are sealed.
    /// - Parameters:
    ///   - people: Where people are; nil where nobody has looked for them.
    ///   - boxes: What the picture shows of its event: the first `boxLimit` of them are taken, but for those that are no part of the picture.
    package static func pack(
        thumbnail: [UInt8], picture: [UInt8], people: [SnapshotArea]? = nil, boxes: [SnapshotBox] = []
    ) -> [UInt8] {
        let length = UInt32(clamping: thumbnail.count) | UInt32(layout) << 24
        var out = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) }
        if let people, people.count <= peopleLimit {
            out.append(UInt8(clamping: people.count))
            for area in people { append(area, to: &out) }
        } else {
            out.append(absent)
        }
        // Whoever reads it refuses all of it for one that makes no sense.
        let records = boxes.prefix(boxLimit).map { record($0) }.filter { readBox($0[...]) != nil }
        out.append(UInt8(clamping: records.count))
        for record in records { out += record }
        return out + thumbnail + picture
    }

    private static func record(_ box: SnapshotBox) -> [UInt8] {
        let kind = SnapshotBoxKind.allCases.firstIndex(of: box.kind) ?? Int(absent)
        let score = box.score.map { UInt8(($0 > 0 ? min($0, 1) * 100 : 0).rounded()) }
        var out = [UInt8(clamping: kind), score ?? absent]
        append(box.area, to: &out)
        return out
    }

    private static func append(_ area: SnapshotArea, to out: inout [UInt8]) {
        for edge in [area.left, area.top, area.right, area.bottom] {
            let part = UInt16((edge > 0 ? min(edge, 1) * 65_535 : 0).rounded())
            out += [UInt8(part >> 8), UInt8(part & 0xFF)]
        }
    }

    /// Takes apart what was sealed; nil where it is not two JPEGs, or what is said of them makes no sense. It may hold anything: whoever seals need not
    /// be a node of ours.
    package static func unpack(_ bytes: [UInt8]) -> Contents? {
        guard bytes.count >= 5, bytes[0] <= layout else { return nil }
        let length = bytes[1..<4].reduce(0) { $0 << 8 | Int($1) }
        var rest = bytes[4...]
        var people: [SnapshotArea]?
        var boxes: [SnapshotBox] = []
        if bytes[0] == 2, rest.first == absent {
            rest = rest.dropFirst()
        } else if bytes[0] > 0 {
            guard let records = takeRecords(of: areaSize, atMost: peopleLimit, from: &rest) else { return nil }
            let areas = records.compactMap { readArea($0) }
            guard areas.count == records.count else { return nil }
            people = areas
        }
        if bytes[0] == 2 {
            guard let records = takeRecords(of: boxSize, atMost: boxLimit, from: &rest) else { return nil }
            boxes = records.compactMap { readBox($0) }
            guard boxes.count == records.count else { return nil }
        }
        guard length <= rest.count else { return nil }
        let (thumbnail, picture) = (rest.prefix(length), rest.dropFirst(length))
        guard isJPEG(thumbnail), isJPEG(picture) else { return nil }
        return Contents(thumbnail: thumbnail, picture: picture, people: people, boxes: boxes)
    }

    /// Takes records of one size, and their number before them, from the front; nil where that is above the limit, or they are not all there.
    private static func takeRecords(of size: Int, atMost limit: Int, from bytes: inout ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        guard let count = bytes.popFirst().map({ Int($0) }), count <= limit, count * size <= bytes.count else { return nil }
        let end = bytes.startIndex + count * size
        let records = stride(from: bytes.startIndex, to: end, by: size).map { bytes[$0..<($0 + size)] }
        bytes = bytes[end...]
        return records
    }

    /// Nil where an edge is beyond the one across. What nodes seal may be too narrow for the wire, and so of no width, and never that.
    private static func readArea(_ bytes: ArraySlice<UInt8>) -> SnapshotArea? {
        let edges = stride(from: bytes.startIndex, to: bytes.startIndex + areaSize, by: 2).map {
            Double(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1])) / 65_535
        }
        guard edges[0] <= edges[2], edges[1] <= edges[3] else { return nil }
        return SnapshotArea(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3])
    }

    /// Nil where the kind is none, the score is above 1, or the area is empty.
    private static func readBox(_ bytes: ArraySlice<UInt8>) -> SnapshotBox? {
        let (kind, score) = (Int(bytes[bytes.startIndex]), bytes[bytes.startIndex + 1])
        guard let area = readArea(bytes.dropFirst(2)), area.left < area.right, area.top < area.bottom,
            SnapshotBoxKind.allCases.indices.contains(kind), score <= 100 || score == absent
        else { return nil }
        return SnapshotBox(kind: SnapshotBoxKind.allCases[kind], score: score == absent ? nil : Double(score) / 100, area: area)
    }

    /// Whether something begins as a JPEG does: the marker SOI, and the first byte of the next one (ITU-T T.81, B.1.1.2).
    static func isJPEG(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.count >= 4 && bytes.starts(with: [0xFF, 0xD8, 0xFF]) }
}
