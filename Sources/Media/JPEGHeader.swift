/// Reads a JPEG's frame header (ITU-T T.81, B.2.2).
enum JPEGHeader {
    /// Width and height; nil when there is no frame header. Any bytes are safe to pass.
    static func size(of data: [UInt8]) -> (width: Int, height: Int)? {
        guard data.count > 4, data[0] == 0xff, data[1] == 0xd8 else { return nil }
        var at = 2
        while at + 8 < data.count {
            guard data[at] == 0xff else { return nil }
            let marker = data[at + 1]
            if marker == 0xff {
                at += 1
                continue
            }
            if (0xc0...0xcf).contains(marker), marker != 0xc4, marker != 0xc8, marker != 0xcc {
                return (Int(data[at + 7]) << 8 | Int(data[at + 8]), Int(data[at + 5]) << 8 | Int(data[at + 6]))
            }
            guard marker != 0xda, marker != 0xd9 else { return nil }
            let length = Int(data[at + 2]) << 8 | Int(data[at + 3])
            guard length >= 2 else { return nil }
            at += 2 + length
        }
        return nil
    }
}
