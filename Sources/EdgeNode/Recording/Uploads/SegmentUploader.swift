package import Base
package import Logging
package import Protocol
import Recording
import ServiceLifecycle
import Trust

/// Pushes to the hub what it asks for of a recording, with a ticket that it has signed: the node dials, nobody dials the node. Nothing is
/// read that the connection has no room for, and nothing is sent that does not count yet.
package actor SegmentUploader: Service {
    /// Uploads at once.
    package static let limit = 8
    /// Seconds that a hub may take nothing, before an upload ends.
    package static let patience = 90.0
    /// Seconds that it may take to answer what it has: what is on the way may be much.
    package static let silence: Int64 = 180
    /// Seconds that an upload may take: a day's recording is no single one.
    private static let longest: Int64 = 86_400

    private let node: String
    private let library: RecordingLibrary
    private let hub: HubCaller
    private let keys: @Sendable () -> HubKeys?
    private let clock: any WallClock
    private let patience: Double
    private let metrics: Metrics
    private let logger: Logger
    private let pace: UploadPace
    private let executor = ThreadExecutor(name: "rec-upload")
    private let jobs = BoundedFeed<UploadJob>(bound: limit)
    private var memory = TicketMemory()
    private var running = 0
    private var isOpen = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - hub: For uploads alone.
    ///   - keys: Nil while the hub is not known by its key.
    ///   - pace: The budget of all uploads.
    ///   - patience: Seconds that a hub may take nothing.
    package init(
        node: String, library: RecordingLibrary, hub: HubCaller, keys: @escaping @Sendable () -> HubKeys?, pace: UploadPace,
        clock: any WallClock = SystemClock(), patience: Double = patience, metrics: Metrics, logger: Logger
    ) {
        self.node = node
        self.library = library
        self.hub = hub
        self.keys = keys
        self.clock = clock
        self.patience = patience
        self.metrics = metrics
        self.logger = logger
        self.pace = pace
        metrics.declare("vigilar_recording_uploads_total", .counter, help: "Parts of recordings that the hub asked for, by outcome.")
    }

    /// Uploads until the task is cancelled or a graceful shutdown begins, which ends what is under way.
    package func run() async throws {
        isOpen = true
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await job in self.jobs.stream { group.addTask { await self.carryOut(job) } }
                group.cancelAll()
            }
        }
        isOpen = false
        jobs.finish()
        for await job in jobs.stream { end(job, .stopped) }
        await hub.close()
    }

    /// Answers the command `upload`. Where the answer is yes, the upload is under way.
    package func accept(_ command: NodeCommand) -> NodeReply {
        do throws(UploadRefusal) {
            let ticket = try UploadTicket.open(command, domain: SignedDomain.upload, node: node, keys: keys(), now: clock.now)
            guard 0 <= ticket.from, ticket.from < ticket.to else { throw UploadRefusal("the ticket asks for no bytes") }
            try start(ticket)
            return NodeReply(ok: true)
        } catch {
            count("refused")
            logger.info("An upload was refused", metadata: ["why": "\(error)"])
            return NodeReply(ok: false, error: error.description)
        }
    }

    private func start(_ ticket: UploadTicket) throws(UploadRefusal) {
        guard let id = EventID(ticket.segment) else { throw UploadRefusal("the ticket's segment is none") }
        guard isOpen else { throw UploadRefusal("this node starts or ends just now") }
        guard running < Self.limit else { throw .busy }
        guard try UploadRefusal.wrapping({ () throws(RecordingError) in try library.hold(id) }) else { throw .gone }
        let job: UploadJob
        do throws(UploadRefusal) {
            job = try self.job(ticket, id)
            guard memory.use(ticket.ticket, at: clock.uptime) else { throw UploadRefusal("the ticket was used before") }
        } catch {
            library.release(id)
            throw error
        }
        running += 1
        guard jobs.send(job) else {
            end(job, .stopped)
            throw .busy
        }
    }

    /// - Parameter id: Of a segment that is held.
    private func job(_ ticket: UploadTicket, _ id: EventID) throws(UploadRefusal) -> UploadJob {
        guard let row = try UploadRefusal.wrapping({ () throws(RecordingError) in try library.segment(id) }) else { throw .gone }
        let index = try UploadRefusal.wrapping { () throws(RecordingError) in try SegmentIndex(of: row, in: library.folder) }
        let end = min(ticket.to, index.fileLength)
        guard ticket.from < end else { throw UploadRefusal("the segment has no such bytes, or not yet") }
        return UploadJob(ticket: ticket.ticket, segment: id, path: "\(library.folder)/\(row.file)", range: ticket.from..<end)
    }

    // MARK: - One upload

    private func carryOut(_ job: UploadJob) async {
        var words = "the hub has no address"
        for address in await hub.order {
            let source = UploadSource(path: job.path, range: job.range, pace: pace, executor: executor)
            let (outcome, why) = await push(job, source, to: address)
            await source.end()
            words = why
            let sent = await source.sent
            guard outcome == .failed, sent == 0, !Task.isCancelled else {
                if outcome != .failed { await hub.prefer(address) }
                return end(job, Task.isCancelled ? .stopped : outcome, words)
            }
        }
        end(job, Task.isCancelled ? .stopped : .failed, words)
    }

    private func push(_ job: UploadJob, _ source: UploadSource, to address: String) async -> (UploadOutcome, String) {
        await withTaskGroup(of: (UploadOutcome, String)?.self) { group in
            group.addTask { await self.send(job, source, to: address) }
            group.addTask {
                await UploadStall.wait(self.patience) { await source.sent }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? (.stalled, "the hub takes nothing")
        }
    }

    private func send(_ job: UploadJob, _ source: UploadSource, to address: String) async -> (UploadOutcome, String) {
        do throws(IdentityError) {
            let answer = try await hub.send(
                "PUT", "/api/v1/nodes/\(node)/uploads/\(job.ticket)", to: address, pieces: source.pieces,
                length: Int64(job.range.count), headers: [("Content-Type", "application/octet-stream")], patience: Self.longest)
            let isDone = await source.isDone
            return (isDone && (200...299).contains(answer.status) ? .done : .unwanted, answer.problem)
        } catch {
            // The line went down after something had been sent, or the hub has closed it because nobody wants it: one cannot tell.
            let (sent, hasFailed) = await (source.sent, source.hasFailed)
            return (sent == 0 || hasFailed ? .failed : .unwanted, error.description)
        }
    }

    private func end(_ job: UploadJob, _ outcome: UploadOutcome, _ words: String = "") {
        library.release(job.segment)
        running -= 1
        count(outcome.rawValue)
        switch outcome {
        case .done, .stopped: break
        case .unwanted, .stalled: logger.debug("An upload ended early", metadata: ["segment": "\(job.segment)", "why": "\(words)"])
        case .failed: logger.warning("An upload failed", metadata: ["segment": "\(job.segment)", "why": "\(words)"])
        }
    }

    private func count(_ outcome: String) { metrics.add("vigilar_recording_uploads_total", labels: [("outcome", outcome)]) }
}
