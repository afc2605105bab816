/// The beginning of a picture's file: what it is and how large, before anything is decoded.
struct PictureFileHeader: Sendable, Hashable {
    /// What is read.
    enum Format: Sendable, Hashable {
        case jpeg
        case png
        case webP
    }

    var format: Format
    /// In pixels.
    var width: Int
    /// In pixels.
    var height: Int
    /// More than eight bits a colour: it needs twice the memory.
    var isDeep = false

    /// Nil for what is none of the formats, is cut off, or moves. Any bytes are safe to pass.
    init?(_ bytes: [UInt8]) {
        if let frame = JPEGHeader.frame(of: bytes) {
            // Baseline, extended and progressive: people's cameras write no others, and those without loss take many times the memory.
            guard frame.process <= 2 else { return nil }
            self.init(format: .jpeg, frame.width, frame.height, isDeep: frame.depth > 8)
        } else {
            guard bytes.count >= 30 else { return nil }
            if bytes.starts(with: Self.pngSignature), Self.text(bytes, 12) == "IHDR" {
                // PNG, third edition, 11.2.1.
                let (width, height) = (Self.bigEndian(bytes, 16), Self.bigEndian(bytes, 20))
                self.init(format: .png, width, height, isDeep: bytes[24] > 8)
            } else if Self.text(bytes, 0) == "RIFF", Self.text(bytes, 8) == "WEBP", let size = Self.webPSize(bytes) {
                self.init(format: .webP, size.width, size.height)
            } else {
                return nil
            }
        }
    }

    private init(format: Format, _ width: Int, _ height: Int, isDeep: Bool = false) {
        self.format = format
        self.width = width
        self.height = height
        self.isDeep = isDeep
    }

    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    /// RFC 9649: a simple file with or without loss, or an extended one.
    private static func webPSize(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        switch text(bytes, 12) {
        case "VP8 ":
            guard bytes[23] == 0x9d, bytes[24] == 0x01, bytes[25] == 0x2a else { return nil }
            return (littleEndian(bytes, 26, 2) & 0x3fff, littleEndian(bytes, 28, 2) & 0x3fff)
        case "VP8L":
            guard bytes[20] == 0x2f else { return nil }
            let packed = littleEndian(bytes, 21, 4)
            return ((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1)
        case "VP8X":
            let isAnimated = bytes[20] & 0x02 != 0
            return isAnimated ? nil : (littleEndian(bytes, 24, 3) + 1, littleEndian(bytes, 27, 3) + 1)
        default: return nil
        }
    }

    private static func text(_ bytes: [UInt8], _ start: Int) -> String { String(decoding: bytes[start..<(start + 4)], as: UTF8.self) }

    private static func bigEndian(_ bytes: [UInt8], _ start: Int) -> Int {
        bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func littleEndian(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
        bytes[start..<(start + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
