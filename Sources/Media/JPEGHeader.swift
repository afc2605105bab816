/// Reads a JPEG's frame header (ITU-T T.81, B.2.2).
enum JPEGHeader {
    /// Width and height; nil when there is no frame header. Any bytes are safe to pass.
    static func size(of data: [UInt8]) -> (width: Int, height: Int)? { frame(of: data).map { ($0.width, $0.height) } }

    /// Width, height and bits of a sample, and which of the processes it is; nil when there is no frame header. Any bytes are safe to pass.
    static func frame(of data: [UInt8]) -> (width: Int, height: Int, depth: Int, process: UInt8)? {
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
                return (
                    Int(data[at + 7]) << 8 | Int(data[at + 8]), Int(data[at + 5]) << 8 | Int(data[at + 6]), Int(data[at + 4]), marker - 0xc0
                )
            }
            guard marker != 0xda, marker != 0xd9 else { return nil }
            let length = Int(data[at + 2]) << 8 | Int(data[at + 3])
            guard length >= 2 else { return nil }
            at += 2 + length
        }
        return nil
    }
}
