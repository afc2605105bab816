import Base
import MediaTypes
import Protocol
import TestSupport
import Testing
import Trust

@testable import Recording

/// Segments to test with.
struct SealedSegment {
    static let start = Timestamp(microseconds: 1_764_057_600_123_456)

    let header: SegmentHeader
    let message: SealedMessage

    /// - Parameter length: Bytes of plaintext.
    init(_ length: Int, to recipients: [SealingPublicKey], identity: SegmentIdentity = Self.identity()) throws {
        let key = DataKey()
        header = try Self.header(identity, keys: try key.seal(to: recipients, for: identity))
        message = try SealedMessage(SealedMessage.plaintext(length), key: key, context: header.encoded)
    }

    static func identity(site: String = "home", node: String = "porch", camera: String = "door", random: Int = 1) -> SegmentIdentity {
        var dice = SeededGenerator(seed: random)
        return SegmentIdentity(site: site, node: node, camera: camera, segment: EventID(at: start, using: &dice))
    }

    static func header(
        _ identity: SegmentIdentity = Self.identity(), track: SegmentTrack = .main, previous: [UInt8]? = [UInt8](0..<32),
        keys: [SealedDataKey] = [SealedDataKey(to: "AlFcPW6545a5BNP-yn9U_c0MwemXvzddylFa0KbDtANf", box: [1, 2, 3])]
    ) throws(RecordingError) -> SegmentHeader {
        try SegmentHeader(identity: identity, track: track, start: start, codec: .hevc, previous: previous, keys: keys)
    }

    /// The whole file.
    var bytes: [UInt8] { header.encoded + message.bytes }
}

/// A file in memory that counts what is read of it.
final class ReadableFile {
    let bytes: [UInt8]
    private(set) var read: [Range<Int64>] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var length: Int64 { Int64(bytes.count) }

    func read(_ range: Range<Int64>) -> [UInt8] {
        read.append(range)
        return Array(bytes[min(bytes.count, Int(range.lowerBound))..<min(bytes.count, Int(range.upperBound))])
    }

    /// Reads header and preamble as a hub does.
    func opener(_ keys: [SealingPrivateKey]) throws -> SegmentOpener {
        var needed = 0
        while case .incomplete(let more) = try SegmentHeader.parse(Array(bytes.prefix(needed))) {
            try #require(more > needed && more <= bytes.count)
            needed = more
        }
        guard case .header(let header) = try SegmentHeader.parse(Array(bytes.prefix(needed))) else { throw RecordingError(.io, "") }
        return try SegmentOpener(header: header, preamble: Array(bytes[needed..<min(bytes.count, needed + 56)]), keys: keys)
    }
}
