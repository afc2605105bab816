package import Base
package import Logging
private import Media
package import NIOCore
package import Protocol
import ServiceLifecycle
private import Sight
private import Synchronization
private import Trust
private import Vision

/// Pictures that people give of those who are known here: taken in, looked at one after the other, by one replica at a time, and made into what somebody is known
/// by. It also reads again what another model has read.
///
/// What waits the store says: a hub that stopped in the middle, or another replica, goes on with it.
package final class OfferedPictures: Service {
    private let store: any HubStore
    private let keyring: Keyring
    private let reader: any PictureReading
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let leadership: Leadership
    /// Called after a change of what somebody is known by.
    private let onLearnt: @Sendable () -> Void
    private let wakes = Batcher<Void>(bound: 1)
    private let desk = PictureDesk()
    /// Why nothing can be looked at here, in a sentence; nil where it can, or nothing was tried.
    private let trouble = Mutex<String?>(nil)
    /// What failed here, and is not tried again before the hub starts anew, so that it keeps nothing else waiting; nothing is lost by it.
    private let aside = Mutex<Set<EventID>>([])
    /// Pictures that are being taken in, by account.
    private let taking = Mutex<[String: Int]>([:])

    /// Pixels of a picture's longer side, and its bytes, as it is kept until it was looked at: as large as what the detectors see well.
    private static let side = 2048
    private static let byteLimit = 800_000
    /// Seconds between two looks for what another replica left, and between attempts where there is nothing that reads.
    private static let interval = 30.0
    /// Days for which a picture waits for somebody to say who it is, or what is the matter with it stays to be read.
    private static let days = 7.0
    /// Portraits of another model that are read in one go.
    private static let slice = 20
    /// Pictures that are taken in at once from an account: each is 20 MB before it is scaled, and whose line is slow is in nobody else's way.
    private static let takers = 3
    /// How much of the box that somebody chose must be found again.
    private static let same = 0.5

    /// - Parameter holder: This replica's name.
    package init(
        store: any HubStore, keyring: Keyring, reader: any PictureReading, clock: any WallClock, metrics: Metrics, logger: Logger,
        holder: String, onLearnt: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.keyring = keyring
        self.reader = reader
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.onLearnt = onLearnt
        leadership = Leadership(name: "pictures", holder: holder, store: store, clock: clock)
        metrics.declare(
            "vigilar_pictures_offered_total", .counter, help: "Pictures that people gave of somebody, refused ones not included.")
        metrics.declare("vigilar_pictures_read_total", .counter, help: "Pictures that were looked at, by what came of it.")
        metrics.declare(
            "vigilar_portraits_renewed_total", .counter, help: "Portraits of another model that were read again, by what came of it.")
    }

    private struct Unopened: Error, CustomStringConvertible {
        var description: String { "it cannot be opened: is one of the hub's sealing keys missing?" }
    }

    // MARK: For people

    /// Takes in a picture: the pixels alone, upright, sealed to the hub's own key.
    /// - Parameter file: Gives the file, once it is wanted.
    /// - Throws: `PictureError`, `StoreError`, and what `file` throws.
    package func add(of individual: EventID, by account: String, file: () async throws -> [UInt8]) async throws -> OfferedPicture {
        guard taking.withLock({ $0[account, default: 0] < Self.takers ? ($0[account, default: 0] += 1, true).1 : false }) else {
            throw PictureError(.busy)
        }
        defer { taking.withLock { $0[account] = $0[account] == 1 ? nil : $0[account, default: 1] - 1 } }
        guard let whom = try await store.individual(individual) else { throw PictureError(.unknownIndividual) }
        if whom.kind == .person, try await store.recognition()?.isOn != true { throw PictureError(.recognitionOff) }
        let jpeg = try await desk.jpeg(of: try await file(), side: Self.side, byteLimit: Self.byteLimit)
        let picture = OfferedPicture(
            id: EventID(at: clock.now), individual: individual, kind: whom.kind, addedAt: clock.now, addedBy: account)
        let box = try SealedBox.seal(jpeg, to: keyring.publicKey, context: picture.context)
        guard try await store.addPicture(picture, box: box) else {
            // They may have been erased meanwhile.
            throw PictureError(try await store.individual(individual) == nil ? .unknownIndividual : .tooMany)
        }
        metrics.add("vigilar_pictures_offered_total")
        wake()
        return picture
    }

    /// What was given of somebody and is not known by yet, and what they are known by.
    /// - Throws: `PictureError` where there is nobody of this id.
    package func pictures(of individual: EventID) async throws -> (offered: [OfferedPicture], known: [KnownPicture]) {
        guard try await store.individual(individual) != nil else { throw PictureError(.unknownIndividual) }
        return (try await store.offeredPictures(of: individual), try await store.knownPictures(of: individual))
    }

    /// A picture that was given, as JPEG: the whole of it while it waits, what was cut out of it once somebody is known by it.
    package func jpeg(of id: EventID, individual: EventID) async throws -> ByteBuffer {
        if let picture = try await store.offeredPictures(of: individual).first(where: { $0.id == id }) {
            guard let box = try await store.pictureBox(id), let jpeg = keyring.open(box, context: picture.context) else {
                throw PictureError(.unknownPicture)
            }
            return ByteBuffer(bytes: jpeg)
        }
        guard try await store.knownPictures(of: individual).contains(where: { $0.id == id }),
            let known = try await store.galleryPortrait(id),
            let portrait = keyring.portrait(known.box, of: id, from: known.node, rank: known.rank)
        else { throw PictureError(.unknownPicture) }
        return ByteBuffer(bytes: portrait.crop)
    }

    /// Somebody says who of several it is.
    /// - Parameter number: Of what was found, from 0.
    /// - Throws: `PictureError`, `StoreError`.
    package func choose(_ number: Int, of id: EventID, individual: EventID) async throws {
        guard let picture = try await store.offeredPictures(of: individual).first(where: { $0.id == id }) else {
            throw PictureError(.unknownPicture)
        }
        guard picture.found.indices.contains(number), try await store.choose(picture.found[number], of: id) else {
            throw PictureError(.noChoice)
        }
        wake()
    }

    /// Takes a picture away that was given. Who was known by it alone is known no more.
    /// - Throws: `PictureError`, `StoreError`.
    package func remove(_ id: EventID, individual: EventID) async throws {
        guard try await store.individual(individual) != nil else { throw PictureError(.unknownIndividual) }
        guard let wasKnown = try await store.removePicture(id, of: individual) else { throw PictureError(.unknownPicture) }
        if wasKnown { onLearnt() }
    }

    /// How much waits to be looked at, and why nothing is here.
    package func state() async throws -> PictureState {
        var old = 0
        for kind in PortraitKind.allCases { old += try await store.oldPortraitCount(kind, model: RecognitionModels.current(kind)) }
        let (waiting, trouble) = try await waiting()
        return PictureState(waiting: waiting, old: old, trouble: trouble)
    }

    private func waiting() async throws -> (waiting: Int, trouble: String?) {
        let waiting = try await store.waitingPictures()
        let trouble = trouble.withLock { $0 }
        if trouble == nil, waiting > 0, !aside.withLock(\.isEmpty) { return (waiting, "some failed, as its log says") }
        guard trouble == nil, waiting > 0, try await store.nextPicture(except: []) == nil else { return (waiting, trouble) }
        return (waiting, PictureError(.recognitionOff).description)
    }

    // MARK: Looking

    /// Says that there is something to look at.
    package func wake() { wakes.put(()) }

    /// Looks at what waits until a graceful shutdown begins.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                do {
                    try await self.look()
                    isFailing = false
                } catch {
                    if !isFailing { self.logger.error("Pictures cannot be looked at; it is tried again", metadata: ["error": "\(error)"]) }
                    isFailing = true
                }
                _ = await self.wakes.take(atMost: 1, within: Self.interval)
            }
        }
    }

    private func look() async throws {
        _ = try await store.forgetPictures(before: clock.now.advanced(bySeconds: -86_400 * Self.days))
        guard try await hasWork() else { return trouble.withLock { $0 = nil } }
        do {
            try reader.check()
            trouble.withLock { $0 = nil }
        } catch {
            // Another replica may have what reads.
            return trouble.withLock { $0 = "\(error)" }
        }
        guard let term = try await leadership.acquire() else { return }
        await leadership.lead(term) { await self.work(term) }
        await reader.rest()
        await leadership.release(term)
    }

    private func hasWork() async throws -> Bool {
        if try await nextPicture() != nil { return true }
        for kind in PortraitKind.allCases {
            if try await !oldPortraits(kind, limit: 1).isEmpty { return true }
        }
        return false
    }

    private func nextPicture() async throws -> OfferedPicture? {
        try await store.nextPicture(except: aside.withLock { $0 })
    }

    private func oldPortraits(_ kind: PortraitKind, limit: Int) async throws -> [OldPortrait] {
        try await store.oldPortraits(kind, model: RecognitionModels.current(kind), except: aside.withLock { $0 }, limit: limit)
    }

    /// Leaves what failed as it is, and goes on with the rest.
    private func setAside(_ id: EventID, _ error: any Error) {
        aside.withLock { _ = $0.insert(id) }
        metrics.add("vigilar_pictures_read_total", labels: [("outcome", "failed")])
        logger.error(
            "A picture cannot be looked at, and is tried again when the hub starts anew",
            metadata: ["picture": "\(id)", "error": "\(error)"])
    }

    private func work(_ term: LeaseTerm) async {
        do {
            try await reader.prepare()
            while !Task.isCancelled, clock.uptime < term.expires, let next = try await nextPicture() {
                do { try await read(next) } catch let error as PictureError {
                    try await refuse(next, error.description, "unreadable")
                } catch let error as StoreError { throw error } catch is CancellationError { return } catch {
                    setAside(next.id, error)
                }
            }
            for kind in PortraitKind.allCases {
                while !Task.isCancelled, clock.uptime < term.expires, try await renew(kind) {}
            }
        } catch {
            trouble.withLock { $0 = "\(error)" }
            logger.error("A picture cannot be looked at; it is tried again", metadata: ["error": "\(error)"])
        }
    }

    private func read(_ picture: OfferedPicture) async throws {
        // It may have been taken away meanwhile.
        guard let box = try await store.pictureBox(picture.id) else { return }
        guard let jpeg = keyring.open(box, context: picture.context) else { throw Unopened() }
        let kind = picture.kind.portrait
        let held = try await desk.decode(jpeg, side: Self.side)
        let subjects = try await reader.read(held, kind, isCutOut: false)
        let subject: PictureSubject?
        if let chosen = picture.chosen {
            subject = subjects.filter { $0.box.overlap(chosen) > Self.same }.max { $0.box.overlap(chosen) < $1.box.overlap(chosen) }
        } else if subjects.count > 1 {
            var several = picture
            (several.state, several.found) = (.several, subjects.map(\.box))
            try await store.note(several, at: clock.now)
            return metrics.add("vigilar_pictures_read_total", labels: [("outcome", "several")])
        } else {
            subject = subjects.first
        }
        guard let subject else {
            let what = kind == .face ? "no face was found in it" : "no animal was found in it"
            return try await refuse(picture, what, "nobody")
        }
        guard let embedding = subject.embedding else {
            let what = kind == .face ? "the face is too small, too blurred or turned away" : "nothing can be made of the animal in it"
            return try await refuse(picture, what, "unfit")
        }
        let area = subject.box.grown(by: kind == .face ? CropMargin.face : CropMargin.animal)
        let crop = try await desk.crop(area, of: held)
        let portrait = Portrait(
            track: 0, kind: kind, model: embedding.model, embedding: embedding.values, pictures: 1, label: subject.label, crop: crop)
        let sealed = try SealedBox.seal(
            PortraitWire.pack(portrait), to: keyring.publicKey, context: OfferedPortrait.context(picture.id))
        guard try await store.learn(picture, model: embedding.model, portrait: sealed, at: clock.now) else { return }
        metrics.add("vigilar_pictures_read_total", labels: [("outcome", "known")])
        onLearnt()
    }

    private func refuse(_ picture: OfferedPicture, _ why: String, _ outcome: String) async throws {
        var useless = picture
        (useless.state, useless.found, useless.trouble) = (.useless, [], why)
        try await store.note(useless, at: clock.now)
        metrics.add("vigilar_pictures_read_total", labels: [("outcome", outcome)])
    }

    // MARK: Reading again

    /// - Returns: Whether there may be more.
    private func renew(_ kind: PortraitKind) async throws -> Bool {
        let model = RecognitionModels.current(kind)
        let old = try await oldPortraits(kind, limit: Self.slice)
        guard !old.isEmpty else { return false }
        for portrait in old {
            let sealed: [UInt8]?
            do { sealed = try await renewed(portrait, model: model) } catch {
                setAside(portrait.event, error)
                continue
            }
            if let sealed {
                try await store.renew(portrait, model: model, box: sealed)
                metrics.add("vigilar_portraits_renewed_total", labels: [("outcome", "renewed")])
            } else {
                try await store.giveUp(portrait, for: model)
                metrics.add("vigilar_portraits_renewed_total", labels: [("outcome", "useless")])
            }
        }
        onLearnt()
        return true
    }

    /// A portrait with the numbers of a model, made of its own picture; nil where nothing can be made of it.
    private func renewed(_ old: OldPortrait, model: String) async throws -> [UInt8]? {
        guard var portrait = keyring.portrait(old.box, of: old.event, from: old.node, rank: old.rank) else { throw Unopened() }
        let held: HeldPicture
        do { held = try await desk.decode(portrait.crop, side: Self.side) } catch is PictureError { return nil }
        let subjects = try await reader.read(held, old.kind, isCutOut: true)
        guard let embedding = subjects.lazy.compactMap(\.embedding).first, embedding.model == model else { return nil }
        (portrait.model, portrait.embedding, portrait.pictures) = (model, embedding.values, 1)
        return try SealedBox.seal(
            PortraitWire.pack(portrait), to: keyring.publicKey,
            context: PortraitWire.context(node: old.node, event: old.event, rank: old.rank))
    }
}
