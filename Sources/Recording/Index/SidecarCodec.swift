private import Crypto
package import Base

/// Records of a sidecar: length (4 bytes, big-endian), the first 8 bytes of the content's SHA-256, content. Its first byte is its kind.
///
/// The checksum is against records that were torn by a power cut, and against a disk that forgets; not against anybody who can write.
package struct SidecarCodec: Sendable {
    /// Bytes that a record's content can have.
    package static let maximumLength = 1 << 20

    private enum Kind {
        static let head: UInt8 = 1
        static let fragment: UInt8 = 2
        static let end: UInt8 = 3
        static let unterminated: UInt8 = 4
    }

    private static let checksumLength = 8
    private var codec: FragmentCodec

    /// - Parameter start: The segment's wall-clock time, as its header says.
    package init(start: Timestamp) { codec = FragmentCodec(start: start) }

    package func head(_ header: [UInt8]) -> [UInt8] { Self.record([Kind.head] + header) }

    package mutating func fragment(_ entry: Sidecar.Entry) -> [UInt8] {
        var content = [Kind.fragment]
        ByteWriter.append(Int64(entry.hashes.count), to: &content)
        for hash in entry.hashes { content += hash.bytes }
        codec.encode(entry.fragment, to: &content)
        return Self.record(content)
    }

    /// - Parameter last: Of the short last chunk; nil where nothing is encrypted.
    package static func end(length: Int64, last: ChunkHash?) -> [UInt8] {
        var content = [Kind.end]
        ByteWriter.append(length, to: &content)
        content += last?.bytes ?? []
        return record(content)
    }

    package static func unterminated(fragments: Int) -> [UInt8] {
        var content = [Kind.unterminated]
        ByteWriter.append(Int64(fragments), to: &content)
        return record(content)
    }

    private static func record(_ content: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(content.count + 12)
        ByteWriter.append(bigEndian: UInt32(truncatingIfNeeded: content.count), to: &out)
        out += checksum(content[...])
        out += content
        return out
    }

    private static func checksum(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        Array(SHA256.hash(data: content))[..<checksumLength]
    }

    /// Reads a sidecar as far as it can be believed: up to the first record that is cut short, has another checksum or does not belong.
    /// - Parameter start: Finds the segment's wall-clock time in its head.
    /// - Returns: Nil where not even the head is there.
    package static func read(_ file: [UInt8], start: (_ head: [UInt8]) -> Timestamp?) -> Sidecar? {
        guard let first = content(of: file, at: 0), first.first == Kind.head else { return nil }
        let head = Array(first.dropFirst())
        guard let time = start(head) else { return nil }
        var sidecar = Sidecar(head: head)
        var codec = FragmentCodec(start: time)
        var at = first.endIndex
        while let content = content(of: file, at: at), take(content, &sidecar, &codec) { at = content.endIndex }
        sidecar.validLength = at
        sidecar.tornLength = file.count - at
        return sidecar
    }

    private static func content(of file: [UInt8], at: Int) -> ArraySlice<UInt8>? {
        let begin = at + 4 + checksumLength
        guard begin <= file.count else { return nil }
        let length = file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length > 0, length <= maximumLength, length <= file.count - begin else { return nil }
        let content = file[begin..<begin + length]
        return checksum(content).elementsEqual(file[at + 4..<begin]) ? content : nil
    }

    /// - Returns: False for a record that does not belong where it is.
    private static func take(_ content: ArraySlice<UInt8>, _ sidecar: inout Sidecar, _ codec: inout FragmentCodec) -> Bool {
        var reader = ByteReader(content.dropFirst())
        // Nothing follows an end.
        guard case .open = sidecar.state else { return false }
        switch content.first {
        case Kind.fragment:
            guard let count = reader.number(), count <= 1 << 16 else { return false }
            var hashes: [ChunkHash] = []
            for _ in 0..<count {
                guard let bytes = reader.take(ChunkHash.length), let hash = ChunkHash(bytes: bytes) else { return false }
                hashes.append(hash)
            }
            guard let fragment = codec.decode(&reader), reader.isAtEnd else { return false }
            sidecar.entries.append(.init(fragment: fragment, hashes: hashes))
        case Kind.end:
            guard let length = reader.number() else { return false }
            let last = reader.take(ChunkHash.length).flatMap { ChunkHash(bytes: $0) }
            guard reader.isAtEnd else { return false }
            sidecar.state = .closed(length: length, last: last)
        case Kind.unterminated:
            guard let fragments = reader.number(), fragments <= sidecar.entries.count, reader.isAtEnd else { return false }
            sidecar.state = .unterminated(fragments: Int(fragments))
        default: return false
        }
        return true
    }
}
