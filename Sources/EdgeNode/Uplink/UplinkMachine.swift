import Base
import Protocol

/// Decides what is sent when, from what the broker and the hub answer: no I/O and no clock of its own.
///
/// - A batch leaves at once while nothing is on the way; otherwise it waits until it is full or `gather` is over. Urgent rows never wait.
/// - A batch stays until the hub has acknowledged its exact rows, and is sent again after a growing wait. The broker's own
///   acknowledgement only starts that wait.
/// - Where nobody is subscribed, one batch at a time asks again; nothing else is sent.
/// - A batch that the hub cannot read is halved down to the row that makes it so.
package struct UplinkMachine: Sendable {
    let settings: UplinkSettings
    private var isLinked = false
    private var hubIsAbsent = false
    /// The outbox is about to begin a new epoch.
    private var isRenewing = false
    /// Batches are sent one by one, to find out which of them the hub cannot read.
    private var isIsolating = false
    private var pausedUntil = 0.0
    private var generation = 0
    /// The outbox's file that the positions belong to.
    private var file = 0
    private var nextNumber: Int64
    private var backlog = 0
    private var urgent = UplinkQueue()
    private var ordinary = UplinkQueue()
    /// In the order of their numbers.
    private var flights: [UplinkFlight] = []

    /// - Parameter firstBatch: A number that no earlier process has used, so that an answer that comes late finds no other batch.
    package init(settings: UplinkSettings = UplinkSettings(), firstBatch: Int64) {
        self.settings = settings
        nextNumber = firstBatch
    }

    /// Batches that are not wholly acknowledged.
    package var inFlight: Int { flights.count }

    /// Takes note of what happened, and says what is to be done, in order.
    ///
    /// - Parameter now: Seconds of uptime.
    package mutating func handle(_ input: UplinkInput, at now: Double) -> [UplinkAction] {
        var actions: [UplinkAction] = []
        switch input {
        case .connected:
            isLinked = true
            hubIsAbsent = false
            for index in flights.indices where flights[index].phase != .publishing {
                flights[index].phase = .held(due: now)
                flights[index].backoff.reset()
            }
        case .disconnected: isLinked = false
        case .rowsAdded:
            urgent.rowsAdded()
            ordinary.rowsAdded()
        case .rewound:
            isRenewing = false
            rewind()
        case .buryFailed:
            rewind()
            pausedUntil = now + 1
        case .page(let read, let page): take(page, for: read, at: now)
        case .readFailed(let read):
            if read.generation == generation {
                with(read.lane) { $0.readFailed() }
                pausedUntil = now + 1
            }
        case .published(let number, let outcome): published(number, outcome, at: now)
        case .answered(let answer): actions += answered(answer, at: now)
        case .tick: break
        }
        return actions + pump(at: now)
    }

    /// When `tick` is due, in seconds of uptime; nil while only an input can change anything.
    package var deadline: Double? {
        guard isLinked, !isRenewing else { return nil }
        var times: [Double] = []
        for flight in flights {
            if case .open(let until) = flight.phase { times.append(until) }
        }
        if let due = nextHeld { times.append(due) }
        if !ordinary.rows.isEmpty, !flights.isEmpty, mayStartOrdinary { times.append(ordinary.since + settings.gather) }
        if pausedUntil > 0 { times.append(pausedUntil) }
        return times.min()
    }

    private mutating func with(_ lane: OutboxLane, _ body: (inout UplinkQueue) -> Void) {
        switch lane {
        case .urgent: body(&urgent)
        case .ordinary: body(&ordinary)
        }
    }

    private mutating func rewind() {
        generation += 1
        urgent.rewind()
        ordinary.rewind()
    }

    private mutating func take(_ page: OutboxPage, for read: UplinkRead, at now: Double) {
        guard read.generation == generation else { return }
        backlog = page.waiting
        if page.file != file {
            // Batches on the way stay: they may hold the last copy of a row that the damage took.
            file = page.file
            rewind()
            return
        }
        let flying = Set(flights.lazy.flatMap(\.rows).map(\.address))
        with(read.lane) { $0.take(page, flying: flying, now: now) }
    }
}

// MARK: What the broker and the hub answer

extension UplinkMachine {
    private mutating func published(_ number: Int64, _ outcome: UplinkOutcome, at now: Double) {
        guard let index = flights.firstIndex(where: { $0.number == number }), flights[index].phase == .publishing else { return }
        let wait = flights[index].backoff.next()
        switch outcome {
        case .delivered:
            flights[index].phase = .open(until: now + wait)
            if hubIsAbsent { hubCameBack(at: now) }
        case .noSubscribers:
            flights[index].phase = .held(due: now + wait)
            hubIsAbsent = true
        case .failed: flights[index].phase = .held(due: now + wait)
        }
    }

    /// What waited for a hub to be there goes now.
    private mutating func hubCameBack(at now: Double) {
        hubIsAbsent = false
        for index in flights.indices where !flights[index].isOutstanding {
            flights[index].phase = .held(due: now)
            flights[index].backoff.reset()
        }
    }

    /// An answer to a batch that had to be repeated ends a silence: the batch that waits longest goes again now. One for each answer,
    /// so that a hub that is merely slow is not buried under repetitions.
    private mutating func nudge(at now: Double) {
        let due = flights.indices.filter {
            flights[$0].phase != .publishing && flights[$0].sendings > 0 && flights[$0].sentAt + settings.retry.lowerBound <= now
        }
        if let oldest = due.min(by: { flights[$0].sentAt < flights[$1].sentAt }) { flights[oldest].phase = .held(due: now) }
    }

    private mutating func answered(_ answer: Acknowledgement, at now: Double) -> [UplinkAction] {
        var actions: [UplinkAction] = []
        if let epoch = answer.epoch {
            var wasSilent = false
            var committed = SequenceRanges()
            let rejected = Dictionary(answer.rejected.map { ($0.seq, $0.why) }, uniquingKeysWith: { first, _ in first })
            for index in flights.indices where flights[index].epoch == epoch {
                let before = flights[index].rows.count
                flights[index].rows.removeAll { row in
                    if answer.committed.contains(row.seq) {
                        committed.insert(row.seq...row.seq)
                    } else if let why = rejected[row.seq] {
                        actions.append(.bury(epoch: epoch, seq: row.seq, why: why))
                    } else {
                        return false
                    }
                    return true
                }
                if flights[index].rows.count < before, flights[index].sendings > 1 { wasSilent = true }
            }
            if !committed.isEmpty { actions.append(.acknowledge(epoch: epoch, committed)) }
            flights.removeAll { $0.rows.isEmpty }
            if hubIsAbsent, !committed.isEmpty { hubCameBack(at: now) }
            if wasSilent { nudge(at: now) }
            if answer.staleEpoch, flights.contains(where: { $0.epoch == epoch }) || !committed.isEmpty {
                flights.removeAll()
                rewind()
                isRenewing = true
                actions.append(.startNewEpoch(stale: epoch))
            }
        }
        if let why = answer.unreadable { actions += unreadable(answer.batch, why, at: now) }
        if flights.isEmpty { isIsolating = false }
        return actions
    }

    private mutating func unreadable(_ number: Int64?, _ why: String, at now: Double) -> [UplinkAction] {
        let named = number.flatMap { number in flights.firstIndex { $0.number == number } }
        if number != nil, named == nil { return [] }
        let outstanding = flights.indices.filter { flights[$0].isOutstanding }
        guard let index = named ?? (outstanding.count == 1 ? outstanding.first : nil) else {
            // The hub could not even read which batch it was: send them one by one.
            isIsolating = !outstanding.isEmpty
            for index in outstanding where flights[index].phase != .publishing { flights[index].phase = .held(due: now) }
            return []
        }
        let flight = flights[index]
        if flight.rows.count > 1 {
            let middle = flight.rows.count / 2
            flights.remove(at: index)
            for half in [flight.rows[..<middle], flight.rows[middle...]] {
                append(Array(half), lane: flight.lane, phase: .held(due: now))
            }
            return []
        }
        flights[index].strikes += 1
        if named == nil, flights[index].strikes < settings.strikes {
            flights[index].phase = .held(due: now + flights[index].backoff.next())
            return []
        }
        flights.remove(at: index)
        return flight.rows.map { .bury(epoch: flight.epoch, seq: $0.seq, why: "unreadable to the hub: \(why)") }
    }
}

// MARK: Sending

extension UplinkMachine {
    private mutating func pump(at now: Double) -> [UplinkAction] {
        if now >= pausedUntil { pausedUntil = 0 }
        guard isLinked, !isRenewing else { return [] }
        for index in flights.indices {
            if case .open(let until) = flights[index].phase, until <= now { flights[index].phase = .held(due: now) }
        }
        var actions: [UplinkAction] = []
        while let index = nextHeldIndex, case .held(let due) = flights[index].phase, due <= now {
            actions.append(send(index, at: now))
        }
        while !urgent.rows.isEmpty, mayStart, flights.count < settings.inFlight {
            append(urgent.nextBatch(settings, now: now), lane: .urgent, phase: .held(due: now))
            actions.append(send(flights.count - 1, at: now))
        }
        while !ordinary.rows.isEmpty, mayStartOrdinary,
            flights.isEmpty || ordinary.isFull(settings) || now >= ordinary.since + settings.gather
        {
            append(ordinary.nextBatch(settings, now: now), lane: .ordinary, phase: .held(due: now))
            actions.append(send(flights.count - 1, at: now))
        }
        for lane in OutboxLane.allCases where pausedUntil == 0 {
            let queue = lane == .urgent ? urgent : ordinary
            guard queue.more, !queue.isReading, queue.rows.count * 2 < settings.pageRows, queue.bytes * 2 < settings.pageBytes else {
                continue
            }
            with(lane) { $0.startReading() }
            actions.append(
                .read(
                    UplinkRead(
                        lane: lane, after: queue.position, rows: settings.pageRows, bytes: settings.pageBytes, generation: generation)))
        }
        return actions
    }

    /// Whether a new batch may begin: not while the hub is absent or a culprit is looked for, except as the one that asks.
    private var mayStart: Bool { flights.isEmpty || (!hubIsAbsent && !isIsolating) }

    private var mayStartOrdinary: Bool { mayStart && flights.count { $0.lane == .ordinary } < max(1, settings.inFlight - 1) }

    /// The batch that may be sent (again) next.
    private var nextHeldIndex: Int? {
        let outstanding = flights.count { $0.isOutstanding }
        if hubIsAbsent || isIsolating {
            guard outstanding == 0 else { return nil }
            return flights.firstIndex { !$0.isOutstanding }
        }
        guard outstanding < settings.inFlight * 2 else { return nil }
        return flights.indices.filter { !flights[$0].isOutstanding }.min { held($0) < held($1) }
    }

    private var nextHeld: Double? { nextHeldIndex.map(held) }

    private func held(_ index: Int) -> Double {
        if case .held(let due) = flights[index].phase { due } else { .infinity }
    }

    private mutating func append(_ rows: [OutboxRow], lane: OutboxLane, phase: UplinkFlight.Phase) {
        let backoff = Backoff(base: settings.retry.lowerBound, maximum: settings.retry.upperBound)
        flights.append(UplinkFlight(number: nextNumber, lane: lane, epoch: rows[0].epoch, rows: rows, phase: phase, backoff: backoff))
        nextNumber += 1
    }

    private mutating func send(_ index: Int, at now: Double) -> UplinkAction {
        flights[index].phase = .publishing
        flights[index].sentAt = now
        flights[index].sendings += 1
        let flight = flights[index]
        let size = flight.rows.reduce(0) { $0 + $1.body.count }
        return .send(
            UplinkBatch(
                number: flight.number, epoch: flight.epoch, rows: flight.rows,
                compressed: backlog > settings.backlog || size >= settings.compressFrom))
    }
}
