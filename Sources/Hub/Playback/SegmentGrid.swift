package import Recording

/// How a segment's file falls into units that are fetched, kept and opened as a whole: chunks of an encrypted one, as many bytes of a plain one.
package struct SegmentGrid: Sendable, Hashable {
    /// Bytes in front of the first unit.
    package let head: Int64
    /// Bytes of a unit; the last one of a file may be shorter.
    package let unit: Int64
    /// Bytes of the file that count.
    package let fileLength: Int64

    package init(head: Int64, unit: Int64, fileLength: Int64) {
        self.head = head
        self.unit = unit
        self.fileLength = fileLength
    }

    package init(_ index: SegmentIndex) {
        let isEncrypted = index.header.isEncrypted
        head = isEncrypted ? Int64(index.header.encoded.count + ChunkedEncryption.preambleLength) : 0
        unit = Int64(isEncrypted ? ChunkedEncryption.sealedChunkLength : ChunkedEncryption.chunkLength)
        fileLength = index.fileLength
    }

    /// Units of the file.
    package var count: Int64 { fileLength <= head ? 0 : (fileLength - head + unit - 1) / unit }

    /// Where units lie in the file.
    package func place(of units: Range<Int64>) -> Range<Int64> {
        head + units.lowerBound * unit..<min(fileLength, head + units.upperBound * unit)
    }
}
