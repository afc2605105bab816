package import Base
package import Logging
import Protocol
import Recording
import ServiceLifecycle

/// Tells the hub which segments there are and what is in them, so that it can make a playable file of what it does not have; and which are
/// gone. One at a time, the newest first: it is what people want to see, and what an outage has left follows.
package actor SegmentReporter: Service {
    /// Seconds of real time after which a clock is looked at again.
    private static let look = 2.0
    /// Segments that are fetched at once.
    private static let step = 10
    /// Seconds for one report.
    private static let patience: Int64 = 20
    /// Seconds for one report that a command waits for: other commands wait behind it.
    private static let commandPatience: Int64 = 8

    private let node: String
    private let library: RecordingLibrary
    private let hub: HubCaller
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let executor = ThreadExecutor(name: "rec-report")
    private var schedule = ReportSchedule()
    /// Told of by a command just now: a word on their end waits, so that it does not come first.
    private var inFlight: Set<EventID> = []
    /// What was last logged, so that a hub which is away for a day is one line.
    private var trouble: ReportSchedule.Answer?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter hub: For reports alone: what is uploaded must not hold them up.
    package init(
        node: String, library: RecordingLibrary, hub: HubCaller, clock: any WallClock = SystemClock(), metrics: Metrics, logger: Logger
    ) {
        self.node = node
        self.library = library
        self.hub = hub
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_recording_reported_total", .counter, help: "Segments that the hub was told of.")
        metrics.declare(
            "vigilar_recording_report_failures_total", .counter, help: "Segments that the hub will not be told of, by reason.")
    }

    /// Reports until the task is cancelled or a graceful shutdown begins; what is not told by then is told after the next start.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.begin()
            while !Task.isCancelled {
                if await self.step() { continue }
                _ = await self.library.news.take(atMost: 1, within: Self.look)
            }
        }
        await hub.close()
    }

    private func begin() {
        do throws(RecordingError) { try library.retryReports() } catch { report(error) }
    }

    /// Sends what there is, some of it.
    /// - Returns: Whether there is more to do at once.
    private func step() async -> Bool {
        guard schedule.pause(at: clock.uptime) == 0 else { return false }
        do throws(RecordingError) {
            let rows = try library.toReport(without: schedule.excluded(at: clock.uptime), atMost: Self.step)
            for row in rows where !inFlight.contains(row.id) {
                if schedule.excluded(at: clock.uptime).contains(row.camera) { continue }
                guard try await send(row) else { return false }
            }
            let hasRemoved = try await sendRemoved()
            return schedule.pause(at: clock.uptime) == 0 && (hasRemoved || rows.contains { !inFlight.contains($0.id) })
        } catch {
            report(error)
            return false
        }
    }

    /// - Returns: False where nothing more can be sent for now.
    private func send(_ row: SegmentRow) async throws(RecordingError) -> Bool {
        let index: SegmentIndex
        do throws(RecordingError) { index = try SegmentIndex(of: row, in: library.folder) } catch {
            // Where it went meanwhile, there is nothing to tell.
            guard try library.segment(row.id)?.state == row.state else { return true }
            metrics.add("vigilar_recording_report_failures_total", labels: [("reason", "unreadable")])
            logger.error(
                "A recording cannot be read, and the hub is not told of it",
                metadata: ["camera": "\(row.camera)", "segment": "\(row.id)", "why": "\(error)"])
            try library.noteReported(row, isPossible: false)
            return true
        }
        let (answer, words) = await put(index, row, patience: Self.patience)
        // A request that the node's own end cut off says nothing about the hub.
        if Task.isCancelled, answer == .noAnswer { return false }
        note(answer, words)
        schedule.answered(row.camera, answer, at: clock.uptime)
        switch answer {
        case .stored:
            metrics.add("vigilar_recording_reported_total")
            try library.noteReported(row)
        case .refused:
            metrics.add("vigilar_recording_report_failures_total", labels: [("reason", "refused")])
            logger.error(
                "The hub does not take in what a recording holds",
                metadata: ["camera": "\(row.camera)", "segment": "\(row.id)", "why": "\(words)"])
            try library.noteReported(row, isPossible: false)
        case .later: break
        case .forbidden, .noAnswer: return false
        }
        return true
    }

    /// - Returns: Whether some were told of, so that there may be more.
    private func sendRemoved() async throws(RecordingError) -> Bool {
        guard !schedule.excluded(at: clock.uptime).contains(ReportSchedule.removals) else { return false }
        let ids = try library.removed(atMost: RemovedSegments.limit)
        guard !ids.isEmpty, let body = NodeJSON.encode(RemovedSegments(segments: ids)) else { return false }
        let (answer, words) = await ask("POST", "removed", body, "application/json", patience: Self.patience)
        if Task.isCancelled, answer == .noAnswer { return false }
        note(answer, words)
        schedule.answered(ReportSchedule.removals, answer, at: clock.uptime)
        switch answer {
        case .stored: break
        case .refused: logger.error("The hub does not want to know which recordings are gone", metadata: ["why": "\(words)"])
        case .later, .forbidden, .noAnswer: return false
        }
        try library.forgetRemoved(ids)
        return true
    }

    /// Tells the hub of a camera's segments that are being written, as far as they count.
    /// - Returns: Nil once the hub has them, or why it has not.
    package func reportOpen(camera: String) async -> String? {
        do throws(RecordingError) {
            let rows = try library.open(camera: camera)
            try library.noteReporting(rows.map(\.id))
            for row in rows {
                guard inFlight.insert(row.id).inserted else { return "busy" }
                defer { inFlight.remove(row.id) }
                let index: SegmentIndex
                do throws(RecordingError) { index = try SegmentIndex(of: row, in: library.folder) } catch {
                    // A row is there before its files.
                    if error.code == .io { continue }
                    throw error
                }
                let (answer, words) = await put(index, row, patience: Self.commandPatience)
                guard answer == .stored else { return words }
            }
            return nil
        } catch { return error.message }
    }

    private func put(_ index: SegmentIndex, _ row: SegmentRow, patience: Int64) async -> (ReportSchedule.Answer, String) {
        await ask(
            "PUT", "\(row.id)?class=\(row.keep.rawValue)", index.encoded, "application/octet-stream", patience: patience)
    }

    private func ask(
        _ method: String, _ path: String, _ body: [UInt8], _ type: String, patience: Int64
    ) async -> (ReportSchedule.Answer, String) {
        let (answer, words) = await hub.ask(
            method, "/api/v1/nodes/\(node)/segments/\(path)", body: body, headers: [("Content-Type", type)], patience: patience
        ) { ReportSchedule.Answer(HubHTTP.Answer(status: $0, body: [])) != .noAnswer }
        return (answer.map { ReportSchedule.Answer($0) } ?? .noAnswer, words)
    }

    private func note(_ answer: ReportSchedule.Answer, _ words: String) {
        let now = answer == .forbidden || answer == .noAnswer ? answer : nil
        defer { trouble = now }
        guard let now, now != trouble else { return }
        logger.warning("The hub is not told of recordings; they wait", metadata: ["why": "\(words)"])
    }

    private func report(_ error: RecordingError) {
        logger.error("The recordings' table cannot be used", metadata: ["what": "nothing is told to the hub", "why": "\(error)"])
    }
}
