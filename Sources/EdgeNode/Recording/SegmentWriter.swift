import Base
import Protocol
import Recording

/// Writes one segment and its sidecar, in the order that makes what it says true: see "Order of writes" in docs/design/recording.md. Not
/// `Sendable` on purpose: one thread writes. After an error nothing more can be written; what counted before counts still.
final class SegmentWriter {
    /// What counts with this call and did not before: it survives a power cut.
    struct Durable: Sendable, Equatable {
        var start: Timestamp
        var end: Timestamp
    }

    private var file: DurableFile
    private var sidecar: DurableFile
    private var sealer: ChunkSealer?
    private var codec: SidecarCodec
    private var chunks = SealedChunks()
    /// Plaintext so far.
    private var length: Int64
    private var sequence: UInt32 = 0
    /// Seconds that were waited for the disk so far.
    private(set) var syncSeconds = 0.0
    private let clock: any WallClock
    /// A fragment whose last chunk is not full.
    private var waiting: (entry: Sidecar.Entry, durable: Durable)?

    /// Makes the files. Their row is committed by then.
    /// - Parameters:
    ///   - row: Where they lie.
    ///   - clock: Tells how long the disk takes.
    /// - Throws: `DurableFile.Failure`, `RecordingError`.
    init(_ row: SegmentRow, _ contents: consuming SegmentContents, folder: String, clock: any WallClock = SystemClock()) throws {
        self.clock = clock
        try DurableFile.makeFolders(row.folders, in: folder)
        file = try DurableFile(creating: "\(folder)/\(row.file)")
        sidecar = try DurableFile(creating: "\(folder)/\(row.sidecar)")
        let (header, initialization) = (contents.header, contents.initialization)
        codec = SidecarCodec(start: header.start)
        length = Int64(initialization.count)
        sealer = contents.sealer
        if let preamble = sealer?.preamble {
            try sealer?.append(initialization, to: &chunks)
            try file.append(header.encoded + preamble)
        } else {
            try file.append(initialization)
        }
        try sidecar.append(codec.head(header.encoded))
        try DurableFile.synchronizeFolder("\(folder)/\(row.folders.joined(separator: "/"))")
    }

    /// Bytes of the file so far.
    var bytes: Int64 { file.length }

    /// Writes a fragment.
    /// - Parameter mayWait: Whether its end may stay in memory until the next fragment fills its chunk.
    /// - Returns: What counts now: nothing, this fragment, the one before, or both.
    /// - Throws: `DurableFile.Failure`, `RecordingError`.
    func write(_ fragment: FragmentAssembler.Fragment, mayWait: Bool = true) throws -> [Durable] {
        let runs = fragment.runs
        sequence &+= 1
        let head = CMAF.fragmentHeader(sequence: sequence, runs: runs)
        var entry = Sidecar.Entry(
            fragment: FragmentRecord(offset: length, headerLength: head.count, padding: 0, start: fragment.start, runs: runs), hashes: [])
        let durable = Durable(start: fragment.start, end: fragment.end)
        guard sealer != nil else {
            var bytes = head
            bytes.reserveCapacity(head.count + runs.reduce(0) { $0 + $1.size })
            for picture in fragment.pictures { bytes += picture }
            for sound in fragment.sounds { bytes += sound }
            entry.hashes = [try ChunkHash(of: bytes[...])]
            try file.append(bytes)
            length = entry.fragment.end
            return try count([(entry, durable)])
        }
        try seal(head)
        for picture in fragment.pictures { try seal(picture) }
        for sound in fragment.sounds { try seal(sound) }
        if chunks.hashes.isEmpty && waiting != nil || !mayWait { entry.fragment.padding = try pad() }
        length = entry.fragment.end
        let isWhole = sealer?.pendingCount == 0
        var done: [(Sidecar.Entry, Durable)] = []
        if let (first, itsDurable) = waiting {
            var before = first
            // The first chunk that was filled is the one that its end lies in.
            before.hashes += chunks.hashes.prefix(1)
            entry.hashes = Array(chunks.hashes.dropFirst())
            done.append((before, itsDurable))
        } else {
            entry.hashes = chunks.hashes
        }
        waiting = isWhole ? nil : (entry, durable)
        if isWhole { done.append((entry, durable)) }
        try file.append(chunks.bytes)
        chunks.removeAll()
        return try count(done)
    }

    /// Fills up the chunk in which the end of the last fragment lies, so that it counts.
    func flush() throws -> [Durable] {
        guard let (unfinished, durable) = waiting else { return [] }
        var entry = unfinished
        waiting = nil
        entry.fragment.padding = try pad()
        length = entry.fragment.end
        entry.hashes += chunks.hashes
        try file.append(chunks.bytes)
        chunks.removeAll()
        return try count([(entry, durable)])
    }

    /// Ends the segment.
    /// - Returns: As `write`.
    /// - Throws: `DurableFile.Failure`, `RecordingError`.
    func finish() throws -> [Durable] {
        var last: ChunkHash?
        if sealer != nil {
            try sealer?.finish(to: &chunks)
            last = chunks.hashes.last
            try file.append(chunks.bytes)
        }
        try synchronizeFile()
        var records: [UInt8] = []
        if let waiting { records += codec.fragment(waiting.entry) }
        try sidecar.append(records + SidecarCodec.end(length: length, last: last))
        try synchronizeSidecar()
        defer { waiting = nil }
        return waiting.map { [$0.durable] } ?? []
    }

    private func seal(_ bytes: [UInt8]) throws { try sealer?.append(bytes, to: &chunks) }

    /// Fills the chunk up.
    /// - Returns: By how many bytes.
    private func pad() throws -> Int {
        guard let pending = sealer?.pendingCount, pending > 0, let room = sealer?.room else { return 0 }
        // A box has a head of eight bytes.
        let padding = room >= 8 ? room : room + ChunkedEncryption.chunkLength
        try seal(CMAF.freeBox(length: padding))
        return padding
    }

    /// Makes fragments count: their chunks first, then the records that say so.
    private func count(_ done: [(entry: Sidecar.Entry, durable: Durable)]) throws -> [Durable] {
        guard !done.isEmpty else { return [] }
        try synchronizeFile()
        var records: [UInt8] = []
        for (entry, _) in done { records += codec.fragment(entry) }
        try sidecar.append(records)
        try synchronizeSidecar()
        return done.map(\.durable)
    }

    private func synchronizeFile() throws(DurableFile.Failure) {
        let begun = clock.uptime
        try file.synchronize()
        syncSeconds += clock.uptime - begun
    }

    private func synchronizeSidecar() throws(DurableFile.Failure) {
        let begun = clock.uptime
        try sidecar.synchronize()
        syncSeconds += clock.uptime - begun
    }
}
