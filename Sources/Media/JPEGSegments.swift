/// The parts of a JPEG (ITU-T T.81, B).
enum JPEGSegments {
    /// Scans of a progressive picture. Programs write about ten; a decoder goes over the whole picture for each, however few bytes it has.
    static let scanLimit = 64
    /// Bytes of all tables: as many as `scanLimit` scans could need with tables of their own.
    private static let tableLimit = 131_072

    /// The picture with what its pixels are made of and how the camera was held, up to its end.
    /// - Returns: Nil for what is no JPEG, has other segments than a picture of one frame, or more scans and tables than a picture needs.
    static func pixels(of bytes: [UInt8]) -> [UInt8]? {
        guard bytes.starts(with: [0xff, 0xd8]) else { return nil }
        var out: [UInt8] = [0xff, 0xd8]
        var (at, scans, tables) = (2, 0, 0)
        var (hasFrame, hasExif) = (false, false)
        while at + 1 < bytes.count {
            guard bytes[at] == 0xff else { return nil }
            let marker = bytes[at + 1]
            // Any number of these may stand before a marker.
            if marker == 0xff {
                at += 1
                continue
            }
            if marker == 0xd9 { return out + [0xff, 0xd9] }
            guard at + 4 <= bytes.count else { return out }
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            guard length >= 2, length <= bytes.count - at - 2 else { return nil }
            let body = bytes[(at + 4)..<(at + 2 + length)]
            var end = at + 2 + length
            var isWanted = true
            switch marker {
            case 0xc0...0xc2:
                guard !hasFrame, body.count >= 6, body.count == 6 + 3 * Int(body[body.startIndex + 5]) else { return nil }
                hasFrame = true
            case 0xc4, 0xdb:
                tables += length
                guard tables <= tableLimit else { return nil }
            case 0xdd: guard length == 4 else { return nil }
            case 0xda:
                scans += 1
                guard let parts = body.first, body.count == 4 + 2 * Int(parts), scans <= scanLimit else { return nil }
                end = endOfScan(bytes, from: end)
            case 0xe1:
                // What says how the camera was held, once.
                isWanted = !hasExif && body.starts(with: Array("Exif\0\0".utf8))
                hasExif = hasExif || isWanted
            // Says what the colours are.
            case 0xee: break
            // What else a program says, and comments.
            case 0xe0...0xef, 0xfe: isWanted = false
            default: return nil
            }
            if isWanted { out += bytes[at..<end] }
            at = end
        }
        return out
    }

    /// Where the next marker stands that neither is a byte of a scan nor restarts one.
    private static func endOfScan(_ bytes: [UInt8], from start: Int) -> Int {
        var at = start
        while at + 1 < bytes.count {
            if bytes[at] == 0xff, bytes[at + 1] != 0, !(0xd0...0xd7).contains(bytes[at + 1]), bytes[at + 1] != 0xff { return at }
            at += 1
        }
        return bytes.count
    }
}
