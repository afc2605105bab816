/// The header that AAC has in a stream without a container (ISO/IEC 14496-3, 1.A.2.2).
enum ADTS {
    /// Where the frame behind such a header lies; nil for data without one.
    static func frame(in data: [UInt8]) -> Range<Int>? {
        guard data.count > 7, data[0] == 0xff, data[1] & 0xf6 == 0xf0 else { return nil }
        let head = data[1] & 1 == 1 ? 7 : 9
        let length = Int(data[3] & 3) << 11 | Int(data[4]) << 3 | Int(data[5] >> 5)
        // One block of raw data a frame: more need the table of their places.
        guard length > head, length <= data.count, data[6] & 3 == 0 else { return nil }
        return head..<length
    }
}
