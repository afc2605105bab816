package import Base
package import Logging
package import NIOCore
package import Protocol
import ServiceLifecycle
private import Synchronization
private import Vision

/// Who was seen: takes portraits from nodes, compares them with those that people and pets are known by, and keeps what people say.
///
/// What is compared is decided by the store's mark: a hub that stopped in the middle, or another replica, goes on with it. Comparing twice gives the
/// same answer and writes nothing.
package final class Identities: Service {
    private let store: any IdentityStore
    private let keyring: Keyring
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let onChange: @Sendable () -> Void
    private let opened = Mutex(OpenedPortraits())
    private let wakes = Batcher<Void>(bound: 1)
    private let writing = Mutex(0)

    /// Portraits that are being written at once: see `Snapshots`.
    private static let writers = 4
    /// Portraits that are compared in one turn.
    private static let slice = 100
    /// Seconds after which it is looked for portraits that another replica left.
    private static let interval = 30.0
    /// Strangers that are put together at most, the newest ones: time grows with the square.
    private static let strangers = 1500

    /// - Parameters:
    ///   - keyring: To whose keys nodes seal.
    ///   - onChange: Called after each change of what is said of an event, to wake the sequencer.
    package init(
        store: any IdentityStore, keyring: Keyring, clock: any WallClock, metrics: Metrics, logger: Logger,
        onChange: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.keyring = keyring
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.onChange = onChange
        metrics.declare("vigilar_portraits_stored_total", .counter, help: "Portraits stored, better ones of the same event included.")
        metrics.declare("vigilar_portraits_refused_total", .counter, help: "Portraits refused, by reason.")
        metrics.declare("vigilar_portraits_compared_total", .counter, help: "Portraits compared, by what came of it.")
    }

    /// Compares what is due, until a graceful shutdown begins.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do {
                    while try await self.compareDue() {}
                    isFailing = false
                } catch {
                    if !isFailing { self.logger.error("Portraits cannot be compared; it is tried again", metadata: ["error": "\(error)"]) }
                    isFailing = true
                }
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
        guard let portrait = open(box, of: event, from: node, rank: rank) else { throw refused(.unreadable) }
        if portrait.kind == .face {
            guard try await store.recognition()?.isOn == true else {
                metrics.add("vigilar_portraits_refused_total", labels: [("reason", "recognition-off")])
                return
            }
        }
        guard writing.withLock({ $0 < Self.writers ? ($0 += 1, true).1 : false }) else { throw refused(.busy) }
        defer { writing.withLock { $0 -= 1 } }
        let facts = PortraitFacts(
            event: event, node: node, rank: rank, track: portrait.track, kind: portrait.kind, model: portrait.model)
        switch try await store.putPortrait(facts, box: box, at: clock.now) {
        case .stored:
            metrics.add("vigilar_portraits_stored_total")
            _ = wakes.put(())
        case .kept: break
        case .unknownEvent: throw refused(.unknownEvent)
        case .foreignEvent: throw refused(.foreignEvent)
        }
    }

    /// Counts a refusal.
    package func refused(_ refusal: SnapshotRefusal) -> SnapshotRefusal {
        metrics.add("vigilar_portraits_refused_total", labels: [("reason", refusal.rawValue)])
        return refusal
    }

    // MARK: Comparing

    /// - Returns: Whether there was something to do.
    private func compareDue() async throws -> Bool {
        let due = try await store.duePortraits(limit: Self.slice)
        guard !due.isEmpty else { return false }
        var galleries: [PortraitKind: [(individual: EventID, embedding: Embedding)]] = [:]
        for kind in Set(due.map(\.kind)) {
            galleries[kind] = try await store.gallery(IndividualKind(kind)).compactMap { known in
                embedding(of: known.event, node: known.node, rank: known.rank, known.box).map { (known.individual, $0) }
            }
        }
        var isChanged = false
        for portrait in due {
            let decision = decide(portrait, galleries[portrait.kind] ?? [])
            metrics.add("vigilar_portraits_compared_total", labels: [("state", decision.state.rawValue)])
            if try await store.decide(portrait.event, rank: portrait.rank, decision) { isChanged = true }
        }
        if isChanged { onChange() }
        return true
    }

    private func decide(_ portrait: StoredPortrait, _ gallery: [(individual: EventID, embedding: Embedding)]) -> IdentityDecision {
        let unknown = IdentityDecision(state: .unknown, time: clock.now)
        guard let embedding = embedding(of: portrait.event, node: portrait.node, rank: portrait.rank, portrait.box),
            let calibration = RecognitionModels.calibration(of: portrait.model), calibration.kind == portrait.kind
        else { return unknown }
        switch GalleryMatcher(calibration.thresholds).match(embedding, in: gallery.map(\.embedding)) {
        case .unknown: return unknown
        case .known(let place, let likeness): return decision(.known, gallery[place].individual, likeness)
        case .probable(let place, let likeness): return decision(.probable, gallery[place].individual, likeness)
        }
    }

    private func decision(_ state: IdentityState, _ individual: EventID, _ likeness: Double) -> IdentityDecision {
        // Rounded, so that comparing again says the same.
        IdentityDecision(state: state, individual: individual, score: (likeness * 1000).rounded() / 1000, time: clock.now)
    }

    private func embedding(of event: EventID, node: String, rank: Int, _ box: [UInt8]) -> Embedding? {
        let key = OpenedPortraits.Key(event: event, rank: rank)
        if let known = opened.withLock({ $0.find(key) }) { return known }
        guard let portrait = open(box, of: event, from: node, rank: rank) else {
            logger.error("a stored portrait cannot be opened: is one of the hub's sealing keys missing?", metadata: ["event": "\(event)"])
            return nil
        }
        guard let embedding = Embedding(portrait.embedding, model: portrait.model) else { return nil }
        opened.withLock { $0.add(embedding, key) }
        return embedding
    }

    private func open(_ box: [UInt8], of event: EventID, from node: String, rank: Int) -> Portrait? {
        keyring.open(box, context: PortraitWire.context(node: node, event: event, rank: rank)).flatMap { PortraitWire.unpack($0) }
    }

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
        guard !isOn else { return }
        _ = try await store.forgetStrangers(before: nil)
        onChange()
    }

    /// Adds somebody with a name.
    /// - Throws: `RecognitionError` where people are not to be recognised.
    package func add(_ kind: IndividualKind, name: String, profile: Individual.Profile, by account: String) async throws -> Individual {
        try await checkMayKnow(kind)
        let individual = Individual(
            id: EventID(at: clock.now), kind: kind, name: name, profile: profile, createdAt: clock.now, createdBy: account)
        try await store.putIndividual(individual)
        return individual
    }

    /// Another name or profile.
    /// - Returns: Nil where there is nobody of this id.
    package func change(_ id: EventID, name: String?, profile: Individual.Profile?) async throws -> Individual? {
        guard var individual = try await store.individual(id) else { return nil }
        if let name { individual.name = name }
        if let profile { individual.profile = profile }
        try await store.putIndividual(individual)
        onChange()
        return individual
    }

    /// Takes somebody away, with everything that they are known by.
    /// - Returns: Whether there was somebody.
    package func erase(_ id: EventID) async throws -> Bool {
        let isFound = try await store.eraseIndividual(id)
        opened.withLock { $0.forgetAll() }
        // Who was like them may be like somebody else.
        for kind in PortraitKind.allCases { try await store.reconsider(kind) }
        _ = wakes.put(())
        onChange()
        return isFound
    }

    /// Somebody says who was seen in an event, or that it is nobody who has a name. What was compared before is compared again with that.
    /// - Throws: `RecognitionError`, `StoreError`.
    package func say(_ individual: EventID?, in event: EventID, by account: String) async throws {
        guard let portrait = try await store.portrait(of: event) else { throw RecognitionError(.noPortrait) }
        if let individual {
            guard let known = try await store.individual(individual) else { throw RecognitionError(.unknownIndividual) }
            guard known.kind == IndividualKind(portrait.kind) else { throw RecognitionError(.wrongKind) }
            try await checkMayKnow(known.kind)
            try await store.addToGallery(event, individual, by: account, at: clock.now)
        } else {
            try await store.removeFromGallery(event)
        }
        _ = try await store.decide(
            event, rank: portrait.rank,
            IdentityDecision(state: individual == nil ? .unknown : .known, individual: individual, account: account, time: clock.now))
        try await store.reconsider(portrait.kind)
        _ = wakes.put(())
        onChange()
    }

    private func checkMayKnow(_ kind: IndividualKind) async throws {
        guard kind == .person else { return }
        guard try await store.recognition()?.isOn == true else { throw RecognitionError(.recognitionOff) }
    }

    /// An event's portrait as JPEG; nil where there is none that can be opened.
    package func crop(of event: EventID) async throws -> (jpeg: ByteBuffer, rank: Int)? {
        guard let stored = try await store.portrait(of: event),
            let portrait = open(stored.box, of: event, from: stored.node, rank: stored.rank)
        else { return nil }
        return (ByteBuffer(bytes: portrait.crop), stored.rank)
    }

    /// Those who have no name, put together by how alike they are; those who were seen most often first.
    package func strangers(_ kind: PortraitKind) async throws -> [StrangerGroup] {
        let portraits = try await store.portraits(kind, [.unknown, .probable], limit: Self.strangers)
        var groups: [StrangerGroup] = []
        for (model, those) in Dictionary(grouping: portraits, by: \.model) {
            guard let calibration = RecognitionModels.calibration(of: model) else { continue }
            let known = those.compactMap { portrait in
                embedding(of: portrait.event, node: portrait.node, rank: portrait.rank, portrait.box).map { (portrait, $0) }
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
