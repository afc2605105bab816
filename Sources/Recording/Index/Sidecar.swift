/// What a segment's sidecar says, as far as it can be believed.
package struct Sidecar: Sendable {
    /// How the segment ended.
    package enum State: Sendable, Hashable {
        /// It is being written, or its writer was cut off.
        case open
        /// It ended as it should.
        /// - Parameters:
        ///   - length: Of the plaintext, in bytes.
        ///   - last: Of the short last chunk; nil where nothing is encrypted.
        case closed(length: Int64, last: ChunkHash?)
        /// Its writer was cut off, and a later start found that so many fragments count.
        case unterminated(fragments: Int)
    }

    /// Of one fragment: what is in it, and the hashes of the chunks that were complete with it and not before. Where nothing is encrypted, it
    /// is one, of the fragment's bytes.
    package struct Entry: Sendable, Hashable {
        package var fragment: FragmentRecord
        package var hashes: [ChunkHash]

        package init(fragment: FragmentRecord, hashes: [ChunkHash]) {
            self.fragment = fragment
            self.hashes = hashes
        }
    }

    /// The segment's magic, length and header; a plain segment's own, which its file does not have.
    package var head: [UInt8]
    package var entries: [Entry] = []
    package var state = State.open
    /// Bytes of the sidecar that can be believed: whole records with the right checksum, in order.
    package var validLength = 0
    /// Bytes behind them: a record that was torn, or something that is none.
    package var tornLength = 0

    package init(head: [UInt8]) { self.head = head }

    /// Fragments that its end vouches for; nil where it has none.
    package var claimed: Int? {
        switch state {
        case .open: nil
        case .closed: entries.count
        case .unterminated(let count): count
        }
    }
}
