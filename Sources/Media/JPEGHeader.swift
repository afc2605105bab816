/// Reads a JPEG's frame header (ITU-T T.81, B.2.2).
enum JPEGHeader {
    /// Width and height; nil when there is no frame header. Any bytes are safe to pass.
    static func size(of data: [UInt8]) -> (width: Int, height: Int)? { frame(of: data).map { ($0.width, $0.height) } }

    /// Width, height and bits of a sample, and which of the processes it is; nil when there is no frame header. Any bytes are safe to pass.
    static func frame(of data: [UInt8]) -> (width: Int, height: Int, depth: Int, process: UInt8)? {
        guard let segments = JPEGSegments(data) else { return nil }
        for segment in segments {
            switch segment.marker {
            case 0xc4, 0xc8, 0xcc: break
            case 0xc0...0xcf:
                let header = Array(segment.body.prefix(5))
                guard header.count == 5 else { return nil }
                return (
                    Int(header[3]) << 8 | Int(header[4]), Int(header[1]) << 8 | Int(header[2]), Int(header[0]), segment.marker - 0xc0
                )
            case 0xda: return nil
            default: break
            }
        }
        return nil
    }
}
