import CZlib

/// The parts of a PNG (third edition, 5).
enum PNGChunks {
    /// What pixels are made of. The rest says something about the picture, and may grow a thousandfold where it is unpacked.
    private static let wanted: Set<String> = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]
    /// Bytes that are unpacked at once, only to be counted.
    private static let slice = 65_536

    /// The picture without anything that says something about it.
    /// - Returns: Nil for what is cut off or no PNG, and for one whose pixels are packed into more bytes than they have.
    static func pixels(of bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 8 else { return nil }
        var out = Array(bytes[..<8])
        var (header, packed): (ArraySlice<UInt8>, [UInt8]) = ([], [])
        var at = 8
        while at + 12 <= bytes.count {
            let length = bytes[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) }
            // The length, the name, what it holds, and its checksum.
            guard length <= bytes.count - at - 12 else { return nil }
            let name = String(decoding: bytes[(at + 4)..<(at + 8)], as: UTF8.self)
            let body = bytes[(at + 8)..<(at + 8 + length)]
            if wanted.contains(name) { out += bytes[at..<(at + 12 + length)] }
            if name == "IHDR", header.isEmpty { header = body }
            if name == "IDAT" { packed += body }
            if name == "IEND" {
                guard let limit = unpackedLimit(header), isWithin(limit, packed) else { return nil }
                return out
            }
            at += 12 + length
        }
        return nil
    }

    /// Bytes that the pixels have at most before they are packed, with the filter of each row; twice as many as a plain picture's, as an interlaced one has more rows.
    private static func unpackedLimit(_ header: ArraySlice<UInt8>) -> Int? {
        guard header.count == 13 else { return nil }
        func number(_ start: Int) -> Int { header.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) } }
        let (depth, colour) = (Int(header[header.startIndex + 8]), header[header.startIndex + 9])
        guard let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colour], [1, 2, 4, 8, 16].contains(depth) else { return nil }
        let (row, isTooWide) = number(0).multipliedReportingOverflow(by: samples * depth)
        let (all, isTooLarge) = (row / 8 + 2).multipliedReportingOverflow(by: 2 * number(4))
        return isTooWide || isTooLarge ? nil : all
    }

    /// Whether no more bytes come out of packed ones than there may. What is damaged is for the decoder to say.
    private static func isWithin(_ limit: Int, _ packed: [UInt8]) -> Bool {
        var stream = z_stream()
        guard inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return false }
        defer { inflateEnd(&stream) }
        return packed.withUnsafeBufferPointer { input in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: slice) { output in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(clamping: input.count)
                var count = 0
                while count <= limit {
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(slice)
                    guard inflate(&stream, Z_NO_FLUSH) == Z_OK else {
                        count += slice - Int(stream.avail_out)
                        return count <= limit
                    }
                    count += slice - Int(stream.avail_out)
                }
                return false
            }
        }
    }
}
