/// The parts of a PNG (third edition, 5).
enum PNGChunks {
    /// What pixels are made of. The rest says something about the picture, and may grow a thousandfold where it is unpacked.
    private static let wanted: Set<String> = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]

    /// The picture without anything that says something about it.
    /// - Returns: Nil for what is cut off or no PNG.
    static func pixels(of bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 8 else { return nil }
        var out = Array(bytes[..<8])
        var at = 8
        while at + 12 <= bytes.count {
            let length = bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) }
            // The length, the name, what it holds, and its checksum.
            guard length <= bytes.count - at - 12 else { return nil }
            let name = String(decoding: bytes[(at + 4)..<(at + 8)], as: UTF8.self)
            if wanted.contains(name) { out += bytes[at..<(at + 12 + length)] }
            if name == "IEND" { return out }
            at += 12 + length
        }
        return nil
    }
}
