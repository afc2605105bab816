package import Base

/// What of a segment counts, by its sidecar and the hashes in it. Nothing is decrypted: a node cannot.
package struct SegmentFinding: Sendable {
    package let header: SegmentHeader
    package let sidecar: Sidecar
    /// Fragments that count: they, and all before them, are whole in the file.
    package private(set) var fragments = 0
    /// Whether the segment ended as it should, and all of it is there.
    package private(set) var isComplete = false
    /// Whether the file begins with the header that the sidecar names, and the commitment that was asked for.
    package let hasOwnHead: Bool
    /// Bytes of its file.
    package let bytes: Int64

    /// The end of the last picture that counts; the start where none does.
    package var end: Timestamp { fragments > 0 ? sidecar.entries[fragments - 1].fragment.wallEnd : header.start }

    /// Fragments that should be there: those that its end vouches for, or those that count where it has none.
    package var claimed: Int { sidecar.claimed ?? fragments }
    /// The end of the last picture that should be there.
    package var claimedEnd: Timestamp { claimed > 0 ? sidecar.entries[claimed - 1].fragment.wallEnd : header.start }

    /// Whether something is missing that was there.
    package var hasDamage: Bool {
        switch sidecar.state {
        case .open: true
        case .closed: !isComplete
        case .unterminated(let count): fragments < count
        }
    }

    /// Reads all of the segment that the sidecar knows of, or its head only.
    /// - Parameters:
    ///   - file: The sidecar's bytes. Nil comes of ones that cannot be believed.
    ///   - isEncrypted: Whether the segment is.
    ///   - commitment: Of its encryption, as somebody else knows it; empty where nobody does.
    ///   - bytes: Of the segment's file.
    ///   - isQuick: Whether a chunk is taken to be what it should be where the file is long enough for it.
    ///   - read: Gives the bytes at places in the segment's file, as many as are there; nil where they cannot be read.
    package init?(
        sidecar file: [UInt8], isEncrypted: Bool, commitment: [UInt8] = [], bytes: Int64, isQuick: Bool = false,
        read: (Range<Int64>) -> [UInt8]?
    ) {
        guard let sidecar = Self.sidecar(file), let header = Self.header(sidecar.head) else { return nil }
        self.header = header
        self.sidecar = sidecar
        self.bytes = bytes
        hasOwnHead = isEncrypted ? Self.isOwnHead(header, commitment, read) : read(0..<1)?.count == 1
        guard hasOwnHead else { return }
        func isThere(_ hash: ChunkHash, _ place: Range<Int64>) -> Bool {
            isQuick ? place.lowerBound >= 0 && place.upperBound <= bytes : Self.matches(hash, place, read)
        }
        let chunks = ChunkPlaces(headerLength: Int64(header.encoded.count), isEncrypted: isEncrypted)
        var hashes: Int64 = 0
        for entry in sidecar.entries {
            for hash in entry.hashes {
                guard isThere(hash, chunks.place(hashes, of: entry.fragment)) else { return }
                hashes += 1
            }
            // Its end may lie in a chunk of which only a later record knows the hash.
            fragments = chunks.count(sidecar.entries, until: hashes)
        }
        guard case .closed(let length, let last) = sidecar.state else { return }
        if let last {
            isComplete = chunks.lastPlace(hashes, length: length).map { isThere(last, $0) } ?? false
        } else {
            isComplete = bytes == length
        }
        if isComplete { fragments = sidecar.entries.count }
    }

    /// Reads a sidecar that has a segment's header as its head.
    /// - Returns: Nil where it cannot be believed.
    package static func sidecar(_ file: [UInt8]) -> Sidecar? { SidecarCodec.read(file) { header($0)?.start } }

    private static func isOwnHead(_ header: SegmentHeader, _ commitment: [UInt8], _ read: (Range<Int64>) -> [UInt8]?) -> Bool {
        let length = header.encoded.count + ChunkedEncryption.preambleLength
        guard let head = read(0..<Int64(length)), head.count == length, head.starts(with: header.encoded) else { return false }
        return commitment.isEmpty || Array(head.suffix(commitment.count)) == commitment
    }

    /// The header that is a sidecar's head.
    package static func header(_ head: [UInt8]) -> SegmentHeader? {
        guard case .header(let header) = try? SegmentHeader.parse(head) else { return nil }
        return header
    }

    private static func matches(_ hash: ChunkHash, _ place: Range<Int64>, _ read: (Range<Int64>) -> [UInt8]?) -> Bool {
        guard place.lowerBound >= 0, place.count <= 1 << 28 else { return false }
        guard !place.isEmpty else { return true }
        guard let bytes = read(place), bytes.count == place.count else { return false }
        return (try? ChunkHash(of: bytes[...])) == hash
    }

    /// Where in the file lies what hashes were made of.
    private struct ChunkPlaces {
        let headerLength: Int64
        let isEncrypted: Bool

        /// What a hash of a fragment's record was made of: a chunk, or the fragment where nothing is encrypted.
        func place(_ number: Int64, of fragment: FragmentRecord) -> Range<Int64> {
            isEncrypted ? chunk(number, length: ChunkedEncryption.sealedChunkLength) : fragment.offset..<fragment.end
        }

        /// - Returns: Nil where a last chunk of a plaintext of that length has another number.
        func lastPlace(_ number: Int64, length: Int64) -> Range<Int64>? {
            let rest = length - number * Int64(ChunkedEncryption.chunkLength)
            guard (0..<Int64(ChunkedEncryption.chunkLength)).contains(rest) else { return nil }
            return chunk(number, length: Int(rest) + ChunkedEncryption.tagLength)
        }

        /// How many fragments lie in the first chunks.
        func count(_ entries: [Sidecar.Entry], until chunks: Int64) -> Int {
            let end = isEncrypted ? chunks * Int64(ChunkedEncryption.chunkLength) : .max
            let limit = isEncrypted ? entries.count : Int(clamping: chunks)
            return entries.prefix(limit).prefix { $0.fragment.end <= end }.count
        }

        private func chunk(_ number: Int64, length: Int) -> Range<Int64> {
            let start = headerLength + ChunkedEncryption.offset(ofChunk: number)
            return start..<start + Int64(length)
        }
    }
}
