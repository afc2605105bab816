import Base
import Foundation
import Logging
import MediaTypes
import Protocol
import Recording
import TestSupport
import Trust

@testable import EdgeNode

/// The recording half of a node, on a clock that goes with its cameras' pictures: everything on one thread, in an order that is always the same.
final class PowerCutNode {
    static let key = Result { try SealingPrivateKey(text: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE") }

    let folder: String
    let clock: ManualClock
    let library: RecordingLibrary
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    private let metrics = Metrics()
    private let key: SealingPrivateKey
    private let report: (String) -> Void
    private(set) var sessions: [String: RecordingSession] = [:]
    private var generations: [String: Int] = [:]
    private var told: [String: (segment: EventID, end: Timestamp)] = [:]

    /// - Parameters:
    ///   - root: A folder that exists; the recordings lie two levels below it.
    ///   - report: Takes what the recorder has done for good by then.
    init(root: String, now: Timestamp, report: @escaping (String) -> Void = { _ in }) throws {
        folder = Self.recordings(root)
        clock = ManualClock(now: now)
        key = try Self.key.get()
        self.report = report
        library = try RecordingLibrary(folder: folder)
    }

    static func recordings(_ root: String) -> String { "\(root)/data/recordings" }

    func start(_ camera: PowerCutCamera) {
        let session = RecordingSession(
            camera: camera.id, plan: RecordingPlan(mode: .continuous), place: place(camera), clock: clock, metrics: metrics,
            events: BoundedFeed(bound: 10), logger: logger)
        session.start()
        sessions[camera.id] = session
        generations[camera.id, default: -1] += 1
        let since = try? library.wantedSince(camera: camera.id, track: .main)
        report("wanted \(camera.id) \(since?.microseconds ?? 0)")
    }

    /// The pictures of some cameras from one time to another, as they come.
    func play(_ cameras: [PowerCutCamera], until end: Double) {
        let end = PowerCutCamera.zero.advanced(bySeconds: end)
        let now = clock.now
        let pictures = cameras.flatMap { camera in (camera.index(at: now)..<camera.index(at: end)).map { (camera, $0) } }
        for (camera, index) in pictures.sorted(by: { $0.0.time($0.1) < $1.0.time($1.1) }) {
            go(to: camera.time(index))
            report("took \(camera.id) \(index)")
            let generation = generations[camera.id] ?? 0
            handle(camera, .packet(camera.packet(index, generation: generation), camera.stream(generation: generation)))
        }
        go(to: end)
    }

    func interrupt(_ camera: PowerCutCamera, _ cause: GapCause) {
        handle(camera, .interrupted(cause))
        generations[camera.id, default: 0] += 1
    }

    func flush(_ camera: PowerCutCamera) { handle(camera, .flush) }

    /// Ends in order.
    func stop() {
        for camera in PowerCutCamera.all { if let session = sessions.removeValue(forKey: camera.id) { noting(camera) { session.end() } } }
        library.close()
        report("stopped")
    }

    /// Removes what ended before a time.
    func remove(endedBefore end: Timestamp) throws {
        for row in try library.oldest(.continuous, before: end, atMost: 100) {
            report("removing \(row.id)")
            _ = try library.remove(row)
            report("removed \(row.id)")
        }
    }

    func settle() throws { for row in try library.interrupted() { try SegmentRecovery.settle(row, in: library, logger: logger) } }

    func go(to time: Timestamp) { clock.advance(by: max(0, time.seconds(since: clock.now))) }

    private func handle(_ camera: PowerCutCamera, _ item: RecordingQueue.Item) {
        noting(camera) { sessions[camera.id]?.take(item) }
    }

    private func noting(_ camera: PowerCutCamera, _ body: () -> Void) {
        let before = sessions[camera.id]?.open?.row ?? told[camera.id].flatMap { try? library.segment($0.segment) }
        body()
        let now = sessions[camera.id]?.open
        if let before, before.id != now?.row.id, let row = try? library.segment(before.id), row.state == .closed {
            report("durable \(camera.id) \(row.id) \(row.end.microseconds)")
            report("closed \(row.id)")
            told[camera.id] = nil
        }
        guard let now, now.durableEnd > now.row.start, told[camera.id]?.segment != now.row.id || told[camera.id]?.end != now.durableEnd
        else { return }
        told[camera.id] = (now.row.id, now.durableEnd)
        report("durable \(camera.id) \(now.row.id) \(now.durableEnd.microseconds)")
    }

    private func place(_ camera: PowerCutCamera) -> RecordingPlace {
        let recipients = camera.isEncrypted ? [key.publicKey] : []
        return RecordingPlace(
            library: library, reserve: 0, keys: { .success(RecordingKeys(site: "home", node: "porch", recipients: recipients)) },
            freeBytes: { nil })
    }
}
