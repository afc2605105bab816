/// What the pixels of a JPEG are made of, without what a program says beside.
enum JPEGPixels {
    /// Scans of a progressive picture. Programs write about ten; a decoder goes over the whole picture for each, however few bytes it has.
    static let scanLimit = 64
    /// Bytes of all tables: as many as `scanLimit` scans could need with tables of their own.
    private static let tableLimit = 131_072

    /// The picture with how the camera was held, up to its end.
    /// - Returns: Nil for what is no JPEG, has other segments than a picture of one frame, or more scans and tables than a picture needs.
    static func of(_ bytes: [UInt8]) -> [UInt8]? {
        guard var segments = JPEGSegments(bytes) else { return nil }
        var out: [UInt8] = [0xff, 0xd8]
        var (scans, tables) = (0, 0)
        var (hasFrame, hasExif) = (false, false)
        while let segment = segments.next() {
            let body = segment.body
            var isWanted = true
            switch segment.marker {
            case 0xc0...0xc2:
                guard !hasFrame, body.count >= 6, body.count == 6 + 3 * Int(body[body.startIndex + 5]) else { return nil }
                hasFrame = true
            case 0xc4, 0xdb:
                // With the two bytes of its length, so that empty ones count, too.
                tables += body.count + 2
                guard tables <= tableLimit else { return nil }
            case 0xdd: guard body.count == 2 else { return nil }
            case 0xda:
                scans += 1
                guard let parts = body.first, body.count == 4 + 2 * Int(parts), scans <= scanLimit else { return nil }
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
            if isWanted { out += bytes[segment.range] }
        }
        switch segments.end {
        case .picture: return out + [0xff, 0xd9]
        case .damage: return nil
        case .file, nil: return out
        }
    }
}
