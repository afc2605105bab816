package import Base
package import Logging
package import NIOCore
package import Protocol
import ServiceLifecycle
private import Synchronization
private import Vision

/// Who was seen: takes portraits from nodes, compares them with those that people and pets are known by, and keeps what people say.
///
/// What is to be compared the store's marks say: a hub that stopped in the middle, or another replica, goes on with it. Comparing twice gives the
/// same answer and publishes nothing.
package final class Identities: Service {
    private let store: any IdentityStore & ErasureStore & VerdictStore
    private let keyring: Keyring
    private let clock: any WallClock
    /// Days for which the face of somebody without a name is kept.
    let strangerDays: Int
    private let metrics: Metrics
    private let logger: Logger
    private let onChange: @Sendable () -> Void
    private let onErased: @Sendable () -> Void
    private let opened = Mutex(OpenedPortraits())
    private let groups = StrangerGroups()
    /// Counts what was said and taken away here.
    private let version = Mutex(0)
    private let wakes = Batcher<Void>(bound: 1)
    private let writing = Mutex(0)

    /// Portraits that are being written at once: see `Snapshots`.
    private static let writers = 4
    /// Portraits that are compared, or forgotten, in one transaction.
    private static let slice = 100
    /// Seconds after which it is looked for what another replica left, and has taken away.
    private static let interval = 30.0
    /// Seconds for which an opened portrait that nobody uses stays in memory.
    private static let memory = 600.0
    /// Strangers that are put together at most, the newest ones: time grows with the square.
    private static let strangers = 400

    /// - Parameters:
    ///   - keyring: To whose keys nodes seal.
    ///   - strangerDays: Days for which the face of somebody without a name is kept.
    ///   - onChange: Called after each change of what is said of an event, to wake the sequencer.
    ///   - onErased: Called when somebody was taken away, here or by another replica: what was published stays in no memory.
    package init(
        store: any IdentityStore & ErasureStore & VerdictStore, keyring: Keyring, clock: any WallClock, strangerDays: Int = 30,
        metrics: Metrics,
        logger: Logger,
        onChange: @escaping @Sendable () -> Void = {}, onErased: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.keyring = keyring
        self.clock = clock
        self.strangerDays = strangerDays
        self.metrics = metrics
        self.logger = logger
        self.onChange = onChange
        self.onErased = onErased
        metrics.declare("vigilar_portraits_stored_total", .counter, help: "Portraits stored, better ones of the same event included.")
        metrics.declare("vigilar_portraits_refused_total", .counter, help: "Portraits refused, by reason.")
        metrics.declare("vigilar_portraits_compared_total", .counter, help: "Portraits compared, by what came of it.")
        metrics.declare("vigilar_portraits_forgotten_total", .counter, help: "Faces of people without a name that were forgotten.")
    }

    /// Compares what is due and forgets what is to be forgotten, until a graceful shutdown begins.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            var erased: Int64?
            while !Task.isCancelled {
                do {
                    let count = try await self.store.erasures()
                    if let erased, count != erased { self.forgetInMemory() }
                    erased = count
                    try await self.forgetStrangers()
                    try await self.compareDue()
                    isFailing = false
                } catch {
                    if !isFailing { self.logger.error("Portraits cannot be compared; it is tried again", metadata: ["error": "\(error)"]) }
                    isFailing = true
                }
                self.opened.withLock { $0.forget(unusedSince: self.clock.uptime - Self.memory) }
                _ = await self.wakes.take(atMost: 1, within: Self.interval)
            }
        }
    }

    // MARK: From nodes

    /// Stores a portrait that a node sent. Repeating it changes nothing. A face is not kept while recognition is off: the node is told that it is
    /// done with.
    /// - Parameter rank: Of `PortraitWire.ranks`.
    /// - Throws: `SnapshotRefusal`, or `StoreError` where it should be sent again.
    package func take(_ box: [UInt8], of event: EventID, from node: String, rank: Int) async throws {
        // Of models that are compared only: what nobody will be known by is not kept.
        guard let portrait = keyring.portrait(box, of: event, from: node, rank: rank),
            let calibration = RecognitionModels.calibration(of: portrait.model),
            calibration.kind == portrait.kind, calibration.numbers == portrait.embedding.count,
            Embedding(portrait.embedding, model: portrait.model) != nil
        else { throw refused(.unreadable) }
        guard writing.withLock({ $0 < Self.writers ? ($0 += 1, true).1 : false }) else { throw refused(.busy) }
        defer { writing.withLock { $0 -= 1 } }
        let facts = PortraitFacts(
            event: event, node: node, rank: rank, track: portrait.track, kind: portrait.kind, model: portrait.model)
        switch try await store.putPortrait(facts, box: box, at: clock.now) {
        case .stored:
            metrics.add("vigilar_portraits_stored_total")
            wake()
        case .kept: break
        case .unwanted: metrics.add("vigilar_portraits_refused_total", labels: [("reason", "recognition-off")])
        case .unknownEvent: throw refused(.unknownEvent)
        case .foreignEvent: throw refused(.foreignEvent)
        }
    }

    /// Counts a refusal.
    package func refused(_ refusal: SnapshotRefusal) -> SnapshotRefusal {
        metrics.add("vigilar_portraits_refused_total", labels: [("reason", refusal.rawValue)])
        return refusal
    }

    private func wake() { _ = wakes.put(()) }

    // MARK: Comparing

    private func compareDue() async throws {
        var galleries: [PortraitKind: [(individual: EventID, embedding: Embedding)]] = [:]
        while !Task.isCancelled {
            let generation = opened.withLock(\.generation)
            let due = try await store.duePortraits(limit: Self.slice)
            guard !due.isEmpty else { return }
            // Read after what is due: who was named since has marked it again.
            for kind in Set(due.map(\.kind)) { galleries[kind] = try await gallery(kind, generation) }
            let decisions = due.map { decide($0, galleries[$0.kind] ?? [], generation) }
            for decision in decisions { metrics.add("vigilar_portraits_compared_total", labels: [("state", decision.state.rawValue)]) }
            if try await store.decide(decisions) > 0 {
                changed()
                onChange()
            }
        }
    }

    private func gallery(_ kind: PortraitKind, _ generation: Int) async throws -> [(individual: EventID, embedding: Embedding)] {
        var gallery: [(individual: EventID, embedding: Embedding)] = []
        for known in try await store.gallery(IndividualKind(kind)) {
            let key = OpenedPortraits.Key(event: known.event, rank: known.rank, model: known.model)
            if let embedding = opened.withLock({ $0.find(key, at: clock.uptime) }) {
                gallery.append((known.individual, embedding))
            } else if let box = try await store.galleryPortrait(known.event)?.box,
                let embedding = embedding(key, node: known.node, box, generation)
            {
                gallery.append((known.individual, embedding))
            }
        }
        return gallery
    }

    private func decide(
        _ portrait: StoredPortrait, _ gallery: [(individual: EventID, embedding: Embedding)], _ generation: Int
    ) -> IdentityDecision {
        let key = OpenedPortraits.Key(event: portrait.event, rank: portrait.rank, model: portrait.model)
        guard let embedding = embedding(key, node: portrait.node, portrait.box, generation),
            let calibration = RecognitionModels.calibration(of: portrait.model)
        else { return IdentityDecision(portrait, state: .unknown, time: clock.now) }
        func decision(_ state: IdentityState, _ place: Int, _ likeness: Double) -> IdentityDecision {
            // Rounded, so that comparing again says the same.
            IdentityDecision(
                portrait, state: state, individual: gallery[place].individual, score: (likeness * 1000).rounded() / 1000, time: clock.now)
        }
        switch GalleryMatcher(calibration.thresholds).match(embedding, in: gallery.map(\.embedding)) {
        case .unknown: return IdentityDecision(portrait, state: .unknown, time: clock.now)
        case .known(let place, let likeness): return decision(.known, place, likeness)
        case .probable(let place, let likeness): return decision(.probable, place, likeness)
        }
    }

    private func embedding(_ key: OpenedPortraits.Key, node: String, _ box: [UInt8], _ generation: Int) -> Embedding? {
        if let known = opened.withLock({ $0.find(key, at: clock.uptime) }) { return known }
        guard let portrait = keyring.portrait(box, of: key.event, from: node, rank: key.rank) else {
            logger.error(
                "a stored portrait cannot be opened: is one of the hub's sealing keys missing?", metadata: ["event": "\(key.event)"])
            return nil
        }
        guard let embedding = Embedding(portrait.embedding, model: portrait.model) else { return nil }
        opened.withLock { $0.add(embedding, key, of: generation, at: clock.uptime) }
        return embedding
    }

    // MARK: Forgetting

    /// All strangers' faces while recognition is off, also where the hub stopped before it was done; else those that are too old.
    private func forgetStrangers() async throws {
        let choice = try await store.recognition()
        let limit = choice?.isOn == true ? clock.now.advanced(bySeconds: -86_400 * Double(strangerDays)) : nil
        while !Task.isCancelled {
            let count = try await store.forgetStrangers(before: limit, limit: Self.slice)
            guard count > 0 else { return }
            metrics.add("vigilar_portraits_forgotten_total", Double(count))
            opened.withLock { $0.forgetAll() }
            changed()
            onChange()
        }
    }

    private func forgetInMemory() {
        opened.withLock { $0.forgetAll() }
        changed()
        onErased()
    }

    private func changed() { version.withLock { $0 += 1 } }

    // MARK: For people

    package func individuals(_ kind: IndividualKind?) async throws -> [IndividualRecord] { try await store.individuals(kind) }

    /// Who is known by this id, and how often they were seen; nil where there is nobody.
    package func record(_ id: EventID) async throws -> IndividualRecord? {
        try await store.individuals(nil).first { $0.individual.id == id }
    }

    package func recognition() async throws -> RecognitionChoice? { try await store.recognition() }

    /// Turns the recognition of people on, or off: then no faces are taken in any more, and those that nobody has named are forgotten.
    package func setRecognition(_ isOn: Bool, ground: String, by account: String) async throws {
        try await store.setRecognition(RecognitionChoice(isOn: isOn, ground: ground, changedAt: clock.now, changedBy: account))
        if !isOn { try await forgetStrangers() }
        wake()
    }

    /// Adds somebody with a name, seen in some events.
    /// - Throws: `RecognitionError`, `StoreError`: then nothing was changed.
    package func add(
        _ kind: IndividualKind, name: String, profile: Individual.Profile, consent: String? = nil, until: Timestamp? = nil,
        in events: [EventID], by account: String
    ) async throws -> EventID {
        let individual = Individual(
            id: EventID(at: clock.now), kind: kind, name: name, profile: profile, createdAt: clock.now, createdBy: account,
            consent: consent, keepUntil: until)
        try await checkMayKnow(kind)
        try await say(.new(individual), in: events, by: account)
        return individual.id
    }

    /// Forgets for good what somebody in an event would be known by, since it does not show what it says.
    /// - Returns: Whether there is such an event.
    /// - Throws: `StoreError`: then nothing was changed.
    func misread(_ event: EventID, by account: String) async throws -> Bool {
        let wasKnownBy = try await store.isInGallery(event)
        guard try await store.setVerdict(EventVerdict(kind: .misread, saidBy: account, saidAt: clock.now), on: event) else { return false }
        opened.withLock { $0.forgetAll() }
        if wasKnownBy { for kind in IndividualKind.allCases { try await store.reconsider(kind) } }
        noteChange()
        return true
    }

    /// Another name or profile.
    /// - Returns: Whether there is somebody of this id.
    package func change(_ id: EventID, name: String?, profile: Individual.Profile?) async throws -> Bool {
        guard try await store.changeIndividual(id, name: name, profile: profile) else { return false }
        if name != nil { onErased() }
        onChange()
        return true
    }

    /// Whether a time lies in the future.
    func isToCome(_ time: Timestamp) -> Bool { time > clock.now }

    /// What somebody has consented to, and until when they may be known.
    /// - Returns: Whether there is somebody of this id.
    package func setConsent(_ consent: String?, until time: Timestamp?, of id: EventID) async throws -> Bool {
        guard try await store.setConsent(consent, until: time, of: id) else { return false }
        onChange()
        return true
    }

    /// Takes somebody away, with everything that they are known by.
    /// - Returns: Whether there was somebody.
    package func erase(_ erasure: Erasure) async throws -> Bool {
        let kind = try await store.individual(erasure.individual)?.kind
        guard try await store.erase(erasure) else { return false }
        forgetInMemory()
        // Who was like them may be like somebody else.
        if let kind { try await store.reconsider(kind) }
        wake()
        onChange()
        return true
    }

    /// Somebody says who was seen in some events, or that it is nobody who has a name. What was compared before is compared again with that.
    /// - Throws: `RecognitionError`, `StoreError`: then nothing was changed.
    package func say(_ saying: Saying, in events: [EventID], by account: String) async throws {
        var kind: IndividualKind?
        switch saying {
        case .individual(let id):
            guard let individual = try await store.individual(id) else { throw RecognitionError(.unknownIndividual) }
            kind = individual.kind
        case .new(let individual): kind = individual.kind
        case .nobody: break
        }
        if let kind { try await checkMayKnow(kind) }
        switch try await store.say(saying, in: events, by: account, at: clock.now) {
        case .noPortrait: throw RecognitionError(.noPortrait)
        case .unknownIndividual: throw RecognitionError(.unknownIndividual)
        case .wrongKind: throw RecognitionError(.wrongKind)
        case .done: break
        }
        if !events.isEmpty { for one in kind.map({ [$0] }) ?? IndividualKind.allCases { try await store.reconsider(one) } }
        noteChange()
    }

    /// After each change in the store of who is known by what: compares what is due, and has it told what changed.
    package func noteChange() {
        changed()
        wake()
        onChange()
    }

    private func checkMayKnow(_ kind: IndividualKind) async throws {
        guard kind == .person else { return }
        guard try await store.recognition()?.isOn == true else { throw RecognitionError(.recognitionOff) }
    }

    /// An event's portrait as JPEG; nil where there is none that can be opened.
    package func crop(of event: EventID) async throws -> ByteBuffer? {
        try await portrait(of: event).map { ByteBuffer(bytes: $0.crop) }
    }

    /// An event's portrait; nil where there is none that can be opened.
    package func portrait(of event: EventID) async throws -> Portrait? {
        // What somebody is known by stays when its event is over, and there may never have been one.
        guard let stored = try await store.portrait(of: event) else { return try await galleryPortrait(of: event) }
        return keyring.portrait(stored.box, of: event, from: stored.node, rank: stored.rank)
    }

    /// What came into the gallery of an event; nil where there is none that can be opened.
    package func galleryPortrait(of event: EventID) async throws -> Portrait? {
        guard let known = try await store.galleryPortrait(event) else { return nil }
        return keyring.portrait(known.box, of: event, from: known.node, rank: known.rank)
    }

    /// Those who have no name, put together by how alike they are; those who were seen most often first. Of the newest few hundred.
    package func strangers(_ kind: PortraitKind) async throws -> [StrangerGroup] {
        let generation = opened.withLock(\.generation)
        let store = store
        return try await groups.groups(
            kind, version: version.withLock { $0 }, at: clock.uptime,
            read: {
                try await store.portraits(kind, [.unknown, .probable], limit: Self.strangers)
                    // Who was taken for an animal, and is none.
                    .filter { kind == .face || $0.type != "person" }
            },
            make: { self.group($0, generation) })
    }

    private func group(_ portraits: [StoredPortrait], _ generation: Int) -> [StrangerGroup] {
        var groups: [StrangerGroup] = []
        for (model, those) in Dictionary(grouping: portraits, by: \.model) {
            guard let calibration = RecognitionModels.calibration(of: model) else { continue }
            let known = those.compactMap { portrait in
                embedding(
                    .init(event: portrait.event, rank: portrait.rank, model: portrait.model), node: portrait.node, portrait.box, generation
                ).map {
                    (portrait, $0)
                }
            }
            groups += AverageLinkage(threshold: calibration.clustering).groups(known.map(\.1)).map { places in
                let members = places.map { known[$0].0 }.sorted { ($0.ts, $0.event) > ($1.ts, $1.event) }
                return StrangerGroup(
                    events: members.map(\.event), firstSeen: members.map(\.ts).min() ?? clock.now,
                    lastSeen: members.map(\.ts).max() ?? clock.now, cameras: Set(members.map(\.camera)).sorted())
            }
        }
        return groups.sorted { ($0.events.count, $0.lastSeen) > ($1.events.count, $1.lastSeen) }
    }
}
