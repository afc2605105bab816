package import Base
import Foundation
import GRDB
package import Logging
package import Protocol

/// Every event of this node, from its acceptance until the hub has committed it, in an SQLite file (docs/design/outbox.md).
///
/// Runs on a thread of its own, because SQLite blocks. Calls that arrive while a commit is under way share the next one.
package actor Outbox {
    private final class Ticket {
        let drafts: [DraftEvent]
        var outcome: Result<[OutboxResult], OutboxError>?

        init(_ drafts: [DraftEvent]) { self.drafts = drafts }
    }

    /// Events that are put into one commit at most.
    private static let commitBound = 500

    private let executor: ThreadExecutor
    private let configuration: OutboxConfiguration
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private var file: OutboxFile?
    /// Counts the files that took the place of a damaged one.
    private var fileNumber = 0
    private var tickets: [Ticket] = []
    /// Acknowledged by the hub, not yet marked in the file; never handed out again.
    private var marks: [String: SequenceRanges] = [:]
    private let appendedFeed: AsyncStream<Void>.Continuation

    /// Tells one reader that rows were added, or made to wait again. One signal may stand for many rows.
    package nonisolated let appended: AsyncStream<Void>

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameter executor: The thread to run on; one may serve several outboxes.
    package init(
        _ configuration: OutboxConfiguration, clock: any WallClock = SystemClock(), metrics: Metrics = Metrics(), logger: Logger,
        executor: ThreadExecutor = ThreadExecutor(name: "outbox")
    ) {
        self.configuration = configuration
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.executor = executor
        (appended, appendedFeed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        metrics.declare("vigilar_outbox_accepted_total", .counter, help: "Event revisions that became a committed row.")
        metrics.declare("vigilar_outbox_refused_total", .counter, help: "Event revisions refused, by reason.")
        metrics.declare("vigilar_outbox_errors_total", .counter, help: "Calls that failed for want of a working file.")
        metrics.declare("vigilar_outbox_replaced_total", .counter, help: "Damaged files that were moved aside.")
        metrics.declare("vigilar_outbox_dead_letters_total", .counter, help: "Rows that the hub can never store.")
        metrics.declare("vigilar_outbox_waiting", .gauge, help: "Rows that wait for the hub.")
    }

    /// Opens the file now, so that faults show at the start. Every other call opens it too where need be.
    package func open() throws(OutboxError) { try perform { _ in } }

    /// Stores drafts; when this returns, what is `.stored` survives a power cut.
    ///
    /// - Throws: When the file cannot be written: then none of the drafts was stored.
    package func append(_ drafts: [DraftEvent]) async throws(OutboxError) -> [OutboxResult] {
        if drafts.isEmpty { return [] }
        let ticket = Ticket(drafts)
        tickets.append(ticket)
        // Calls that wait for this actor get to add their tickets first.
        await Task.yield()
        while ticket.outcome == nil { commitTickets() }
        return try ticket.outcome?.get() ?? []
    }

    private func commitTickets() {
        var taken: [Ticket] = []
        var count = 0
        while let next = tickets.first, taken.isEmpty || count + next.drafts.count <= Self.commitBound {
            count += next.drafts.count
            taken.append(tickets.removeFirst())
        }
        let drafts = taken.flatMap(\.drafts)
        do throws(OutboxError) {
            let now = clock.now
            let results = try perform { try $0.append(drafts, now: now) }
            var start = 0
            for ticket in taken {
                ticket.outcome = .success(Array(results[start..<start + ticket.drafts.count]))
                start += ticket.drafts.count
            }
            tally(results)
            appendedFeed.yield()
        } catch {
            for ticket in taken { ticket.outcome = .failure(error) }
        }
    }

    private func tally(_ results: [OutboxResult]) {
        var accepted = 0
        for result in results {
            switch result {
            case .stored: accepted += 1
            case .full: metrics.add("vigilar_outbox_refused_total", labels: [("reason", "full")])
            case .tooLarge: metrics.add("vigilar_outbox_refused_total", labels: [("reason", "too_large")])
            case .invalid(let why):
                metrics.add("vigilar_outbox_refused_total", labels: [("reason", "invalid")])
                logger.error("an event breaks the contract and was refused", metadata: ["why": "\(why)"])
            }
        }
        metrics.add("vigilar_outbox_accepted_total", Double(accepted))
        metrics.set("vigilar_outbox_waiting", Double(file?.state.waiting ?? 0))
    }
}

extension Outbox {
    /// Rows of a lane that wait for the hub, in order; those whose acknowledgement has come are left out.
    ///
    /// - Parameter bytes: Bound of the bodies together; one row is always given.
    package func unsent(_ lane: OutboxLane, after position: Int64, rows: Int, bytes: Int) throws(OutboxError) -> OutboxPage {
        let marks = marks
        let pending = marks.values.reduce(0) { $0 + Int(clamping: $1.count) }
        var page = try perform { try $0.unsent(lane, after: position, rows: rows, bytes: bytes, known: marks) }
        page.waiting = max(0, page.waiting - pending)
        page.file = fileNumber
        return page
    }

    /// Takes note of what the hub has committed. It reaches the file with the next `maintain`: a mark that is lost costs a row that
    /// is sent twice.
    package func acknowledge(epoch: String, _ ranges: SequenceRanges) { marks[epoch, default: SequenceRanges()].formUnion(ranges) }

    /// Moves a row that can never be stored to the dead letters.
    package func bury(epoch: String, seq: Int64, why: String) throws(OutboxError) {
        let now = clock.now
        try perform { try $0.bury(epoch: epoch, seq: seq, why: why, now: now) }
        metrics.add("vigilar_outbox_dead_letters_total")
        logger.error("the hub can never store an event; it is kept as a dead letter", metadata: ["seq": "\(seq)", "why": "\(why)"])
    }

    /// Writes the marks and deletes what need not be kept any longer. To be called about once a second, and at the end.
    package func maintain() throws(OutboxError) {
        let now = clock.now
        let taken = marks
        if !taken.isEmpty {
            try perform { try $0.mark(taken, now: now) }
            marks = [:]
        }
        for _ in 0..<10 where try perform({ try $0.prune(now: now, limit: 500) }) == 0 { break }
        metrics.set("vigilar_outbox_waiting", Double(file?.state.waiting ?? 0))
    }

    /// Answers the hub's `stale_epoch`: all rows that wait get new numbers in an epoch of their own.
    ///
    /// - Parameter stale: The epoch that the hub refused; one that is not the present one changes nothing but its own rows.
    package func startNewEpoch(stale: String) throws(OutboxError) {
        try maintain()
        try perform { try $0.startNewEpoch(stale: stale) }
        logger.warning("the outbox has a new epoch; rows that wait are sent again under it")
        appendedFeed.yield()
    }

    /// Makes rows wait again that the hub acknowledged since a time, for a hub that was restored from a backup of that time.
    ///
    /// - Returns: How many rows that are.
    package func resend(since: Timestamp) async throws(OutboxError) -> Int {
        try maintain()
        var total = 0
        while true {
            // In pieces, so that new events are not held up.
            let changed = try perform { try $0.resend(acknowledgedSince: since, limit: 2000) }
            total += changed
            if changed < 2000 { break }
            await Task.yield()
        }
        appendedFeed.yield()
        return total
    }

    /// The last revision of every event that has no end, oldest first, at most 10,000.
    package func openEvents() throws(OutboxError) -> [Event] { try perform { try $0.openEvents(limit: 10_000) } }

    /// Counts events that were lost before they reached `append`, for the next tombstone.
    package func countDrops(_ number: Int64, from: Timestamp, to: Timestamp) throws(OutboxError) {
        let now = clock.now
        try perform { try $0.count(DropCount(dropped: number, from: from, to: to), now: now) }
        appendedFeed.yield()
    }

    package func status() throws(OutboxError) -> OutboxStatus {
        let pending = marks.values.reduce(0) { $0 + Int(clamping: $1.count) }
        return try perform { file in
            let state = file.state
            return OutboxStatus(
                epoch: state.epoch, lastSeq: state.nextSeq - 1, waiting: max(0, state.waiting - pending), kept: state.kept + pending,
                deadLetters: state.deadLetters, unreportedDrops: state.drops.dropped)
        }
    }

    /// Writes the marks and closes the file.
    package func close() {
        try? maintain()
        file?.close()
        file = nil
    }
}

extension Outbox {
    /// Runs one call on the file, which is opened where need be, and replaced where it is damaged.
    private func perform<T>(_ body: (OutboxFile) throws -> T) throws(OutboxError) -> T {
        do {
            return try body(try opened())
        } catch let error as DatabaseError where Self.meansDamage(error) {
            do {
                return try body(try replaceDamaged(error))
            } catch {
                throw failed(error)
            }
        } catch {
            throw failed(error)
        }
    }

    private func opened() throws -> OutboxFile {
        if let file { return file }
        let opened = try OutboxFile(configuration, now: clock.now)
        file = opened
        return opened
    }

    private static func meansDamage(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
    }

    private func failed(_ error: any Error) -> OutboxError {
        metrics.add("vigilar_outbox_errors_total")
        if let error = error as? OutboxError { return error }
        if let error = error as? DatabaseError {
            return .storage(code: error.extendedResultCode.rawValue, message: error.message ?? "no reason given")
        }
        return .storage(code: -1, message: "\(type(of: error))")
    }

    /// Moves a damaged file aside, starts a new one with an epoch of its own, and brings over every waiting row that is still legible.
    private func replaceDamaged(_ error: DatabaseError) throws -> OutboxFile {
        let known = file?.state
        file?.close()
        file = nil
        let now = clock.now
        let aside = try OutboxSalvage.moveAside(path: configuration.path, now: now)
        let fresh = try OutboxFile(configuration, now: now)
        file = fresh
        fileNumber += 1
        // Whoever reads must notice, though the call that found the damage may have been no append.
        defer { appendedFeed.yield() }
        let saved = OutboxSalvage.copyWaiting(from: aside, to: fresh, now: now)
        try OutboxSalvage.report(lost: known.map { max(0, $0.waiting - saved) }, drops: known?.drops, to: fresh, now: now)
        metrics.add("vigilar_outbox_replaced_total")
        logger.critical(
            "the outbox file was damaged and moved aside; a new one with a new epoch has taken its place",
            metadata: ["aside": "\(aside)", "saved": "\(saved)", "code": "\(error.extendedResultCode.rawValue)"])
        return fresh
    }
}
