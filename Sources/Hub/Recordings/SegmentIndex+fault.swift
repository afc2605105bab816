package import Base
private import Protocol
package import Recording

extension SegmentIndex {
    /// Seconds by which a segment may begin after the present moment: as much as a node's clock may be wrong.
    private static let longestLead: Int64 = 86_400

    /// What is said in it and cannot be, in words; nil where all of it can.
    ///
    /// A node can lie in many ways that nobody sees. What is looked for here is what would have whoever reads the index later compute places
    /// outside the file, or times that no calendar has.
    package func fault(now: Timestamp) -> String? {
        let longest = SegmentRecord.longest * 1_000_000
        let start = header.start.microseconds
        guard start <= now.microseconds + Self.longestLead * 1_000_000 else { return "it begins more than a day from now" }
        guard (start...start + longest).contains(end.microseconds) else { return "it ends before it begins, or more than a day later" }
        var place: Int64 = 0
        for (number, fragment) in fragments.enumerated() {
            // Its own arithmetic is safe for whatever `FragmentCodec` lets through, and for nothing else.
            guard fragment.offset >= place, fragment.headerLength > 0, fragment.end > fragment.offset else {
                return "fragment \(number) lies over the one before, or has no length"
            }
            place = fragment.end
        }
        guard place == 0 || place <= plaintextLength ?? 0 else { return "its fragments are longer than its file" }
        return nil
    }

    /// Bytes of the plaintext, by the length of the file; nil where that is shorter than its head.
    private var plaintextLength: Int64? {
        guard header.isEncrypted else { return fileLength }
        let length = fileLength - Int64(header.encoded.count + ChunkedEncryption.preambleLength)
        return try? ChunkLayout(length: length, isUnterminated: state != .closed).plaintextLength
    }
}
