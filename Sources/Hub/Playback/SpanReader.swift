private import Base
package import NIOCore
import Recording

/// Reads a range of a span's file from its beginning to its end: for one request. `next` is called by one task at a time, `close` by anybody.
package actor SpanReader {
    /// Bytes that are handed out at a time, about.
    private static let step = 128 << 10
    /// Bytes from which on a piece is sent by itself, and not put together with what follows it.
    private static let least = 48 << 10

    private let span: PlayedSpan
    private let cache: SegmentCache
    private let keyring: Keyring
    private var pieces: ArraySlice<VirtualMP4.Piece>
    /// What is left of the last piece.
    private var rest: VirtualMP4.Piece?
    private var source: Source?
    private var isClosed = false

    /// The segment that is read.
    private struct Source {
        var part: Int
        var feed: SegmentFeed
        var reader: Int
        /// Nil for a plain segment.
        var opener: SegmentOpener?
        /// Where in the plaintext what is wanted of it ends.
        var end: Int64
        /// What was opened last.
        var opened = ByteBuffer()
        var openedFrom: Int64 = 0
    }

    /// - Parameter range: Bytes of the span's file.
    package init(_ span: PlayedSpan, _ range: Range<Int64>, cache: SegmentCache, keyring: Keyring) {
        self.span = span
        self.cache = cache
        self.keyring = keyring
        pieces = span.movie.pieces(for: range)[...]
    }

    /// The next bytes; nil at the end.
    /// - Throws: `PlaybackFailure`, `RecordingError`.
    package func next() async throws -> ByteBuffer? {
        if let whole = try await piece() { return whole }
        var out = ByteBuffer()
        while out.readableBytes < Self.step, let piece = rest ?? pieces.popFirst() {
            rest = nil
            switch piece {
            case .bytes(let bytes): out.writeBytes(bytes)
            case .media(let part, let range):
                let left = try await read(part, range, to: &out)
                if !left.isEmpty { rest = .media(part: part, left) }
            }
        }
        return out.readableBytes > 0 ? out : nil
    }

    /// The next piece as it was opened, without copying it; nil where it is too little to be sent by itself.
    private func piece() async throws -> ByteBuffer? {
        guard let piece = rest ?? pieces.first, case .media(let part, let range) = piece else { return nil }
        let opened = try await opened(part, range)
        let length = opened.readableBytes
        let isEnd = length == range.count && (rest == nil ? pieces.count == 1 : pieces.isEmpty)
        guard length >= Self.least || isEnd else { return nil }
        if rest == nil { pieces.removeFirst() }
        rest = length < range.count ? .media(part: part, range.lowerBound + Int64(length)..<range.upperBound) : nil
        return opened
    }

    /// Lets go of what is being fetched; nothing can be read any more.
    package func close() async {
        isClosed = true
        await leave()
    }

    private func leave() async {
        guard let source else { return }
        self.source = nil
        await cache.close(span.segments[source.part].id, source.reader)
    }

    /// Appends bytes of a segment, as many as are at hand without waiting again.
    /// - Returns: What is left of the range.
    private func read(_ part: Int, _ range: Range<Int64>, to out: inout ByteBuffer) async throws -> Range<Int64> {
        let opened = try await opened(part, range)
        out.writeImmutableBuffer(opened)
        return range.lowerBound + Int64(opened.readableBytes)..<range.upperBound
    }

    /// Opens the beginning of a range, where it is not open already.
    /// - Returns: As much of it as is open.
    private func opened(_ part: Int, _ range: Range<Int64>) async throws -> ByteBuffer {
        if source?.part != part { try await enter(part, range) }
        guard let source else { throw PlaybackFailure.cancelled }
        let opened = source.openedFrom..<source.openedFrom + Int64(source.opened.readableBytes)
        if !opened.contains(range.lowerBound) { try await open(from: range.lowerBound, part) }
        guard let source = self.source else { throw PlaybackFailure.cancelled }
        let begin = Int(range.lowerBound - source.openedFrom)
        let end = min(source.opened.readableBytes, begin + range.count)
        guard begin < end, let slice = source.opened.getSlice(at: begin, length: end - begin) else {
            throw PlaybackFailure.broken("the recording is shorter than its index says")
        }
        return slice
    }

    private func enter(_ part: Int, _ range: Range<Int64>) async throws {
        await leave()
        if isClosed { throw PlaybackFailure.cancelled }
        let segment = span.segments[part]
        let opener = try span.openers.opener(part, of: segment, keyring)
        // Its pieces follow one another: a day's file has a hundred thousand, and only these are looked at.
        var end = range.upperBound
        for case .media(part, let range) in pieces.prefix(while: { if case .media(part, _) = $0 { true } else { false } }) {
            end = max(end, range.upperBound)
        }
        let (feed, reader) = try await cache.open(segment.id, of: segment.node, segment.grid)
        source = Source(part: part, feed: feed, reader: reader, opener: opener, end: end)
        if isClosed { await leave() }
    }

    /// Opens what is there from a place in the plaintext on.
    private func open(from place: Int64, _ part: Int) async throws {
        guard let source else { throw PlaybackFailure.cancelled }
        let segment = span.segments[part]
        let wanted = ChunkedEncryption.chunks(holding: place..<max(place + 1, source.end))
        guard wanted.upperBound <= segment.grid.count else { throw PlaybackFailure.broken("the recording is shorter than its index says") }
        let units = try await source.feed.units(wanted, for: source.reader)
        let chunk = Int64(ChunkedEncryption.chunkLength)
        let from = units.lowerBound * chunk
        var opened = OpenedBytes(capacity: units.count * ChunkedEncryption.chunkLength)
        do {
            if let opener = source.opener {
                try opener.open(
                    units, fileLength: segment.grid.fileLength, isUnterminated: segment.index.state != .closed,
                    read: { try source.feed.file.read($0) }, appendingTo: &opened)
            } else {
                opened.buffer.writeBytes(try source.feed.file.read(segment.grid.place(of: units)))
            }
        } catch {
            // What was fetched is not what was recorded: whoever comes next gets another chance.
            await source.feed.discard(units)
            throw error
        }
        self.source?.opened = opened.buffer
        self.source?.openedFrom = from
    }
}
