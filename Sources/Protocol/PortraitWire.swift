/// What a node and a hub agree on about a portrait: `PUT /api/v1/nodes/{node}/portraits/{event}`.
///
/// What is sealed is the length of a JSON object in four bytes, big-endian, the object
/// (`{"v","track","kind","model","numbers","pictures","label"}`), as many 32-bit floats, little-endian, and the crop as JPEG.
package enum PortraitWire {
    /// The header that says how good the portrait is. A higher one replaces a lower one.
    package static let rankHeader = SnapshotWire.rankHeader
    /// Ranks that there are.
    package static let ranks = SnapshotWire.ranks
    /// Bytes that a sealed portrait has at most.
    package static let maximumBox = 64 * 1024
    /// Bytes of a crop, at most.
    package static let maximumCrop = 32_000
    /// Pixels of a crop's longer side, at most.
    package static let cropSide = 256

    private static let version: Int64 = 1
    private static let numbers = 1...4096
    private static let nameLimit = 100

    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= nameLimit && !text.unicodeScalars.contains { $0.value < 0x20 }
    }

    /// What a box is sealed for, so that it cannot be passed off as another node's, event's or rank's, nor as a snapshot.
    package static func context(node: String, event: EventID, rank: Int) -> [UInt8] {
        Array("vigilar/portrait/v1\0\(node)\0\(event)\0\(rank)".utf8)
    }

    /// A portrait as it is sealed.
    package static func pack(_ portrait: Portrait) -> [UInt8] {
        var header = Array("{\"v\":\(version),\"track\":\(portrait.track),\"kind\":\"\(portrait.kind.rawValue)\",\"model\":".utf8)
        JSONText.append(portrait.model, to: &header)
        header += Array(",\"numbers\":\(portrait.embedding.count),\"pictures\":\(portrait.pictures),\"label\":".utf8)
        JSONText.append(portrait.label, to: &header)
        header.append(UInt8(ascii: "}"))
        let length = UInt32(clamping: header.count)
        var out = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) } + header
        for number in portrait.embedding {
            let bits = number.bitPattern
            for shift: UInt32 in [0, 8, 16, 24] { out.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        }
        return out + portrait.crop
    }

    /// Takes apart what was sealed. It may hold anything: whoever seals need not be a node of ours.
    /// - Returns: Nil where it is no portrait, or its numbers are none.
    package static func unpack(_ bytes: [UInt8]) -> Portrait? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - 4, let header = try? JSONObject(Array(bytes[4..<(4 + length)])), header.integer("v") == version,
            let track = header.integer("track"), track >= 0, let kind = header.string("kind").flatMap({ PortraitKind(rawValue: $0) }),
            let model = header.string("model"), isName(model), !model.isEmpty, let label = header.string("label"),
            isName(label), let count = header.integer("numbers"), numbers.contains(Int(clamping: count)),
            let pictures = header.integer("pictures"), pictures > 0
        else { return nil }
        let (start, end) = (4 + length, 4 + length + 4 * Int(count))
        guard end <= bytes.count else { return nil }
        let embedding = stride(from: start, to: end, by: 4).map { place in
            Float(bitPattern: bytes[place..<(place + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        let crop = Array(bytes[end...])
        guard embedding.allSatisfy(\.isFinite), crop.count <= maximumCrop, SnapshotWire.isJPEG(crop[...]) else { return nil }
        return Portrait(
            track: Int(clamping: track), kind: kind, model: model, embedding: embedding, pictures: Int(clamping: pictures), label: label,
            crop: crop)
    }
}
