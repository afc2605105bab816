import Base
import Foundation
import Logging
import Media
import MediaTypes
import Protocol
import Recording
import Synchronization
import TestSupport
import Trust

@testable import EdgeNode

/// A folder of recordings with a camera's recording session, on a clock that goes with what the camera sends. Used by one thread.
final class RecordingFixture {
    static let camera = "door"
    let folder: TemporaryDirectory
    let clock = ManualClock()
    let metrics = Metrics()
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let hubKey = SealingPrivateKey()
    let clip: PlayedClip
    let zero: Timestamp
    /// What `freeBytes` says.
    let free = Switch<Int64?>(1 << 40)
    /// Whether there is a key.
    let hasKey = Switch(true)
    let isEncrypted: Bool
    /// The disk has room once there are no more segments than this.
    var enough: Int?
    private(set) var library: RecordingLibrary
    private(set) var events = BoundedFeed<DraftEvent>(bound: 1000)
    private(set) var session: RecordingSession?
    private var generation = 0
    /// Seconds by which the time of day of what the camera sends is ahead of the fixture's.
    private var ahead = 0.0

    init(_ clip: Result<PlayedClip, any Error> = PlayedClip.standard, isEncrypted: Bool = true) throws {
        folder = try TemporaryDirectory("recordings")
        self.clip = try clip.get()
        self.isEncrypted = isEncrypted
        library = try RecordingLibrary(folder: folder.path("recordings"))
        zero = clock.now
    }

    var recordings: String { folder.path("recordings") }
    var track: SegmentTrack { .main }

    var place: RecordingPlace {
        let recipients = isEncrypted ? [hubKey.publicKey] : []
        return RecordingPlace(
            library: library, reserve: 1 << 30,
            keys: { [hasKey] in
                hasKey.value
                    ? .success(RecordingKeys(site: "home", node: "porch", recipients: recipients)) : .failure(RecordingRefusal("no key"))
            },
            freeBytes: { [free, library, enough] in
                guard let enough else { return free.value }
                return (try? library.allSegments().count) ?? 0 <= enough ? 1 << 40 : 0
            })
    }

    func start(_ mode: RecordingMode, preroll: Double = 10, postroll: Double = 10) {
        let session = RecordingSession(
            camera: Self.camera, plan: RecordingPlan(mode: mode, preroll: preroll, postroll: postroll), place: place, clock: clock,
            metrics: metrics, events: events, logger: logger)
        session.start()
        self.session = session
    }

    /// The camera sends what it has for some seconds since the fixture's beginning.
    func play(_ range: Range<Double>) {
        let stream = clip.stream(generation: generation)
        for packet in clip.packets(range, zero: zero.advanced(bySeconds: ahead), generation: generation) {
            go(to: packet.timestamp)
            session?.take(.packet(packet, stream))
        }
        go(to: zero.advanced(bySeconds: range.upperBound + ahead))
    }

    /// The node's clock is set; what the camera sends has other times of day from now on.
    func setClock(by seconds: Double) {
        clock.set(by: seconds)
        ahead += seconds
    }

    /// The camera skips seconds without its own clock saying so.
    func skip(_ seconds: Double) {
        clock.advance(by: seconds)
        ahead += seconds
    }

    func go(to time: Timestamp) {
        let ahead = time.seconds(since: clock.now)
        if ahead > 0 { clock.advance(by: ahead) }
    }

    /// The connection ends; what follows is another.
    func interrupt(_ cause: GapCause) {
        session?.take(.interrupted(cause))
        generation += 1
    }

    /// The process ends in the midst of it, and another one starts.
    func kill() throws {
        session = nil
        generation += 1
        library.close()
        library = try RecordingLibrary(folder: recordings)
    }

    func end() {
        session?.end()
        session = nil
        generation += 1
    }

    /// A second of the fixture's time.
    func time(_ seconds: Double) -> Timestamp { zero.advanced(bySeconds: seconds) }
    func seconds(_ time: Timestamp) -> Double { (time.seconds(since: zero) * 1000).rounded() / 1000 }

    var segments: [SegmentRow] { get throws { try library.allSegments() } }
    /// Two segments of which the second names the first.
    var inOrderOfWriting: [SegmentRow] {
        get throws {
            let rows = try segments
            guard rows.count == 2, try opener(rows[0], bytes(rows[0])).header.previous == rows[1].commitment else { return rows }
            return rows.reversed()
        }
    }
    var allGaps: [RecordingGap] {
        get throws {
            try library.gaps(camera: Self.camera, track: track, from: Timestamp(microseconds: 0), to: Timestamp(microseconds: .max))
        }
    }
    /// Start, end and cause of each hole, in seconds; an end of -1 is none.
    var gaps: [String] {
        get throws {
            try allGaps.map { "\(seconds($0.start))-\($0.end.map { "\(seconds($0))" } ?? "") \($0.cause.rawValue)" }
        }
    }

    /// What was told of holes so far; ends the feed.
    func toldEvents() async -> [DraftEvent] {
        events.finish()
        var told: [DraftEvent] = []
        for await event in events.stream { told.append(event) }
        events = BoundedFeed(bound: 1000)
        return told
    }

    /// The plaintext of a segment, opened with the hub's key.
    func plaintext(_ row: SegmentRow) throws -> [UInt8] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(recordings)/\(row.file)")))
        guard row.isEncrypted else { return bytes }
        let opener = try opener(row, bytes)
        var out: [UInt8] = []
        try opener.decrypt(fileLength: Int64(bytes.count), isUnterminated: row.state == .unterminated) {
            Array(bytes[Int($0.lowerBound)..<min(bytes.count, Int($0.upperBound))])
        } write: {
            out += $0
        }
        return out
    }

    func opener(_ row: SegmentRow, _ bytes: [UInt8]) throws -> SegmentOpener {
        guard case .header(let header) = try SegmentHeader.parse(Array(bytes.prefix(8300))) else {
            throw RecordingError(.malformed, "no header")
        }
        let head = header.encoded.count
        return try SegmentOpener(
            header: header, preamble: Array(bytes[head..<head + ChunkedEncryption.preambleLength]), keys: [hubKey])
    }

    func sidecar(_ row: SegmentRow) throws -> Sidecar {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(recordings)/\(row.sidecar)")))
        guard let sidecar = SidecarCodec.read(bytes, start: { _ in row.start }) else { throw RecordingError(.malformed, "no sidecar") }
        return sidecar
    }
}

extension RecordingFixture {
    func bytes(_ row: SegmentRow) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: "\(recordings)/\(row.file)"))) }

    func moves(_ seconds: Range<Double>, isOver: Bool) {
        session?.take(.motion(from: time(seconds.lowerBound), to: time(seconds.upperBound), isOver: isOver))
    }
}

/// Puts a file in the place of a folder, and takes it away again.
enum Files {
    static func swap(_ folder: String, for away: String) throws {
        try FileManager.default.moveItem(atPath: folder, toPath: away)
        try Data().write(to: URL(filePath: folder))
    }

    static func swapBack(_ folder: String, _ away: String) throws {
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: away, toPath: folder)
    }
}

/// A value that a test changes while others read it.
final class Switch<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
