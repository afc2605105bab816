import Base
import Logging
import Media
import MediaTypes
import Protocol
import Recording

/// What a camera's recording thread has at hand, and what it does with what arrives. Not `Sendable` on purpose: it is that thread's.
final class RecordingSession {
    /// Seconds of a segment after which the next keyframe begins another.
    private static let segmentLength = 59.0
    /// Seconds until a recording that failed is tried again.
    private static let pause = 5.0
    /// Seconds from the last movement that was told of to the next word on it, at the latest.
    private static let untilNextWord = MotionEpisodes.updateInterval + MotionEpisodes.holdOff + 1

    private let camera: String
    private let track: SegmentTrack
    private let place: RecordingPlace
    private let clock: any WallClock
    private let metrics: Metrics
    private let events: BoundedFeed<DraftEvent>
    private let logger: Logger
    private var plan: RecordingPlan
    private var ledger: GapLedger
    private var ring = PrerollRing()
    private(set) var open: OpenSegment?
    private var previous: [UInt8]?
    /// In event mode, until when what comes is kept.
    private var wantedUntil: Timestamp?
    private var retryAt = 0.0
    private var hasFailed = false
    /// What came last, by the clock as it is set now, and what came first by it.
    private var latest: Timestamp?
    private var clockBegin: Timestamp?
    private var arrivals: (clock: StreamClock, generation: Int)?
    /// Seconds from the system's own clock to the time of day, when the present segment began and the one before.
    private var systemZeros: [Double]
    /// Motion that what is written belongs to, as far as the library does not know it.
    private var motion: (from: Timestamp, to: Timestamp)?

    init(
        camera: String, track: SegmentTrack = .main, plan: RecordingPlan, place: RecordingPlace, clock: any WallClock, metrics: Metrics,
        events: BoundedFeed<DraftEvent>, logger: Logger
    ) {
        self.camera = camera
        self.track = track
        self.plan = plan
        self.place = place
        self.clock = clock
        self.metrics = metrics
        self.events = events
        self.logger = logger
        ledger = GapLedger(camera: camera, track: track, covered: nil, open: nil)
        systemZeros = [Self.systemZero(clock)]
    }

    /// Takes up where the last run stopped.
    func start() {
        do throws(RecordingError) {
            // First, since the hole begins where what counts of the last segment ends.
            for row in try place.library.interrupted() where row.camera == camera && row.track == track { settle(row) }
            let last = try place.library.last(camera: camera, track: track)
            previous = last.map(\.commitment).flatMap { $0.isEmpty ? nil : $0 }
            if let since = try place.library.wantedSince(camera: camera, track: track) {
                let resumed = try LedgerResumption.resume(camera: camera, track: track, since: since, in: place.library)
                ledger = resumed.ledger
                apply(resumed.actions)
                // Up to now it was wanted, as far as anybody knows.
                if plan.mode != .continuous { apply(ledger.end(at: clock.now)) }
            }
        } catch { report(error, "what was recorded before is not known") }
        adopt(plan)
    }

    func take(_ item: RecordingQueue.Item) {
        switch item {
        case .packet(let packet, let stream): take(packet, of: stream)
        case .interrupted(let cause):
            closeSegment()
            ring.removeAll()
            if plan.mode == .continuous { apply(ledger.interrupted(cause)) }
        case .change(let plan): adopt(plan)
        case .motion(let from, let to, let isOver): moves(from: from, to: to, isOver: isOver)
        case .flush:
            write { try $0.flush() }
            apply(ledger.tick(at: clock.now))
        }
    }

    func end() {
        closeSegment()
        if plan.mode == .continuous { apply(ledger.interrupted(.nodeDown)) }
    }

    private func settle(_ row: SegmentRow) {
        do { try SegmentRecovery.settle(row, in: place.library, logger: logger) } catch {
            logger.error(
                "A recording that was cut off cannot be looked at; trying again", metadata: ["segment": "\(row.id)", "why": "\(error)"])
        }
    }

    private func adopt(_ plan: RecordingPlan) {
        let now = clock.now
        if plan.mode != .continuous, self.plan.mode == .continuous { apply(ledger.end(at: now)) }
        if plan.mode == .off || (plan.mode == .event && self.plan.mode == .continuous) {
            closeSegment()
            ring.removeAll()
        }
        self.plan = plan
        do throws(RecordingError) {
            try place.library.setWanted(camera: camera, track: track, since: plan.mode == .continuous ? now : nil)
        } catch { report(error, "the mode of recording was not noted") }
        if plan.mode == .continuous { ledger.begin(at: now) }
    }

    private func take(_ packet: EncodedPacket, of stream: StreamInfo) {
        noteTime(of: packet)
        switch plan.mode {
        case .off: return
        case .continuous: record(packet, of: stream)
        case .event:
            if let until = wantedUntil {
                // Up to a keyframe, where what follows can begin: what moves again soon has no hole before it.
                if packet.timestamp <= until || (!packet.isKeyframe && open != nil) { return record(packet, of: stream) }
                wantedUntil = nil
                closeSegment()
            }
            ring.append(packet, of: stream, seconds: plan.preroll)
        }
    }

    /// Takes note of the time, and of a clock that was set.
    private func noteTime(of packet: EncodedPacket) {
        latest = packet.timestamp
        guard let before = arrivals, before.generation == packet.generation else {
            arrivals = (StreamClock(packet), packet.generation)
            // Nobody knows whether the clock was set in between.
            wantedUntil = wantedUntil.map { min($0, packet.timestamp.advanced(bySeconds: longestWait)) }
            return
        }
        let step = before.clock.step(to: packet)
        guard step != 0 else {
            arrivals?.clock.follow(packet)
            return
        }
        arrivals?.clock = StreamClock(packet)
        clockBegin = packet.timestamp
        wantedUntil = wantedUntil?.advanced(bySeconds: step)
        motion = nil
    }

    /// Seconds from the last movement that was told of until what comes is not kept any more, at most.
    private var longestWait: Double { max(plan.postroll, Self.untilNextWord) }

    /// What the analysis says may have begun, or be, by a clock that was set since.
    private func onPresentClock(_ start: Timestamp, _ end: Timestamp) -> (Timestamp, Timestamp) {
        var (start, end) = (start, end)
        if let latest, end.seconds(since: latest) > StreamClock.tolerance { end = latest }
        if let begin = clockBegin, start < begin, begin < end { start = begin }
        return (min(start, end), end)
    }

    private func moves(from start: Timestamp, to end: Timestamp, isOver: Bool) {
        guard plan.mode != .off else { return }
        let (start, end) = onPresentClock(start, end)
        // What goes on is told of every few seconds only.
        let after = isOver ? plan.postroll : longestWait
        let (from, to) = (start.advanced(bySeconds: -plan.preroll), end.advanced(bySeconds: after))
        motion = motion.map { (min($0.from, from), max($0.to, to)) } ?? (from, to)
        keepMotion()
        guard plan.mode == .event else { return }
        wantedUntil = max(wantedUntil ?? to, to)
        for (packet, stream) in ring.drain() { record(packet, of: stream) }
    }

    /// Lets the library keep what it has of the motion.
    private func keepMotion() {
        guard let motion else { return }
        do throws(RecordingError) {
            try place.library.keepForEvent(camera: camera, from: motion.from, to: motion.to)
        } catch { report(error, "an event's recording is kept only as long as others") }
        if open == nil || motion.to < (open?.row.start ?? motion.to) { self.motion = nil }
    }

    private func record(_ packet: EncodedPacket, of stream: StreamInfo) {
        var (packet, stream) = (packet, stream)
        // Here, so that none is kept either of what waited from before it was switched off.
        if !plan.sound {
            packet.sound = []
            stream.sound = nil
        }
        if let segment = open {
            let isSame = segment.generation == packet.generation
            let step = isSame ? segment.step(to: packet) : 0
            if !isSame || (packet.isKeyframe && (step != 0 || segment.isLong(Self.segmentLength, at: packet))) {
                closeSegment(next: isSame ? packet : nil)
            }
            if step != 0, open == nil { stepped(step) }
        }
        if open == nil {
            guard packet.isKeyframe, clock.uptime >= retryAt else { return }
            begin(packet, of: stream)
        } else {
            write { try $0.take(packet) }
        }
    }

    /// The next segment has another time of day than the one before: somebody set the clock, or the camera skipped something.
    private func stepped(_ seconds: Double) {
        let zero = Self.systemZero(clock)
        guard systemZeros.contains(where: { (zero - $0) / seconds > 0.5 }) else { return }
        metrics.add("vigilar_recording_clock_steps_total")
        logger.notice("The clock was set: another segment begins", metadata: ["seconds": "\(seconds)"])
        if plan.mode == .continuous { ledger.clockStepped() }
    }

    private static func systemZero(_ clock: any WallClock) -> Double { clock.now.secondsSince1970 - clock.uptime }

    private func begin(_ packet: EncodedPacket, of stream: StreamInfo) {
        if let free = place.freeBytes(), free < place.reserve {
            return fail(.diskFull, "the disk has \(free >> 20) MiB left, and \(place.reserve >> 20) MiB are reserved for events")
        }
        switch place.keys() {
        case .failure(let refusal): fail(.noKey, refusal.description)
        case .success(let keys):
            do {
                let isOfEvent = plan.mode == .event || motion.map { packet.timestamp < $0.to } ?? false
                let segment = try OpenSegment(
                    packet, of: stream, camera: camera, track: track, keep: isOfEvent ? .event : .continuous, keys: keys,
                    previous: previous, library: place.library)
                previous = segment.row.commitment.isEmpty ? nil : segment.row.commitment
                open = segment
                // The one before as well: a clock that is set ahead shows in packets some seconds later.
                systemZeros = systemZeros.suffix(1) + [Self.systemZero(clock)]
                if hasFailed { logger.notice("Recording goes on") }
                hasFailed = false
            } catch { fail(Self.cause(error), "\(error)") }
        }
    }

    /// Ends the segment that is being written, if any.
    /// - Parameter next: The packet that follows without a hole: it tells how long the last picture is shown.
    private func closeSegment(next: EncodedPacket? = nil) {
        guard open != nil else { return }
        write { try $0.finish(next: next) }
        guard let segment = open else { return }
        open = nil
        metrics.add("vigilar_recording_bytes_total", Double(segment.bytes))
        do throws(RecordingError) {
            try place.library.settle(segment.row.id, .closed, end: segment.durableEnd, bytes: segment.bytes)
        } catch { report(error, "the end of a segment was not noted; the next start will find it") }
        if let until = motion?.to, until < segment.durableEnd { motion = nil }
    }

    /// Does something with the open segment. One that fails is left as it is: what counts in it stays.
    private func write(_ body: (OpenSegment) throws -> [SegmentWriter.Durable]) {
        guard let segment = open else { return }
        do {
            let waited = segment.syncSeconds
            let durable = try body(segment)
            // Most packets complete nothing.
            if durable.isEmpty { return }
            metrics.add("vigilar_recording_fragments_total", Double(durable.count))
            metrics.add("vigilar_recording_sync_seconds_total", segment.syncSeconds - waited)
            for stretch in durable { apply(ledger.recorded(from: stretch.start, to: stretch.end)) }
        } catch {
            // The row stays open, for the upkeep to mark the segment.
            place.library.abandon(segment.row.id)
            open = nil
            fail(Self.cause(error), "\(error)")
        }
    }

    private func fail(_ cause: GapCause, _ why: String) {
        metrics.add("vigilar_recording_failures_total")
        retryAt = clock.uptime + Self.pause
        if !hasFailed { logger.error("The camera is not being recorded", metadata: ["why": "\(why)"]) }
        hasFailed = true
        if plan.mode == .continuous { apply(ledger.interrupted(cause)) }
    }

    private static func cause(_ error: any Error) -> GapCause {
        switch error {
        case let failure as DurableFile.Failure: failure.isDiskFull ? .diskFull : .disk
        case let error as RecordingError:
            switch error.code {
            case .diskFull: .diskFull
            case .io: .disk
            default: .camera
            }
        default: .disk
        }
    }

    private func apply(_ actions: [GapLedger.Action]) {
        for action in actions {
            do throws(RecordingError) {
                switch action {
                case .keep(let gap):
                    try place.library.keep(gap)
                    if gap.end != nil { metrics.add("vigilar_recording_gaps_total", labels: [("cause", gap.cause.rawValue)]) }
                case .forget(let gap): try place.library.forget(gap)
                // Who knows that the camera is not recorded need not hear it of its small stream too.
                case .tell(let draft): if track == .main { events.send(draft) }
                }
            } catch { report(error, "a gap was not noted") }
        }
    }

    private func report(_ error: RecordingError, _ what: String) {
        logger.error("The recordings' table cannot be used", metadata: ["what": "\(what)", "why": "\(error)"])
    }
}
