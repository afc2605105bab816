package import Base
package import Logging
package import NIOCore
package import Protocol
private import Synchronization
private import Trust

/// The events' pictures: taken from nodes, kept sealed, opened for those who look at them.
package final class Snapshots: Sendable {
    private let store: any SnapshotStore
    private let keyring: Keyring
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let onStored: @Sendable () -> Void
    private let cache = Mutex((pictures: emptyCache, generation: 0))
    private static let emptyCache = SnapshotCache(limit: 16 * 1024 * 1024)
    private let writing = Mutex(0)
    private let hider = PeopleHider()

    /// Pictures that are being written at once. Beyond that a node is told to come again, so that events, which use the same
    /// connections to the database, are not held up by pictures.
    private static let writers = 4

    /// - Parameters:
    ///   - keyring: To whose keys nodes seal.
    ///   - onStored: Called after each change, to wake the sequencer.
    package init(
        store: any SnapshotStore, keyring: Keyring, clock: any WallClock, metrics: Metrics, logger: Logger,
        onStored: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.keyring = keyring
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        self.onStored = onStored
        metrics.declare("vigilar_snapshots_stored_total", .counter, help: "Pictures stored, better ones of the same event included.")
        metrics.declare("vigilar_snapshots_refused_total", .counter, help: "Pictures refused, by reason.")
    }

    // MARK: From nodes

    /// Stores a picture that a node sent. Repeating it changes nothing.
    ///
    /// - Parameter rank: Of `SnapshotWire.ranks`.
    /// - Throws: `SnapshotRefusal`, or `StoreError` where it should be sent again.
    package func take(_ box: [UInt8], of event: EventID, from node: String, rank: Int) async throws {
        // Opened before it is kept: a picture that nobody will ever see is no use, and this node alone can send a better one.
        guard open(box, of: event, from: node, rank: rank) != nil else { throw refused(.unreadable) }
        guard writing.withLock({ $0 < Self.writers ? ($0 += 1, true).1 : false }) else { throw refused(.busy) }
        defer { writing.withLock { $0 -= 1 } }
        switch try await store.putSnapshot(event, node: node, rank: rank, box: box, at: clock.now) {
        case .stored:
            metrics.add("vigilar_snapshots_stored_total")
            onStored()
        case .kept: break
        case .unknownEvent: throw refused(.unknownEvent)
        case .foreignEvent: throw refused(.foreignEvent)
        }
    }

    /// Counts a refusal.
    package func refused(_ refusal: SnapshotRefusal) -> SnapshotRefusal {
        metrics.add("vigilar_snapshots_refused_total", labels: [("reason", refusal.rawValue)])
        return refusal
    }

    // MARK: For people

    /// Somebody was erased: no opened picture stays in memory, nor comes into it that was read before.
    package func forget() { cache.withLock { $0 = (Self.emptyCache, $0.generation + 1) } }

    /// Hides people for good in the picture of an event in which there was somebody, and in all of it where nobody has seen where they are. One in
    /// which they cannot be hidden is deleted.
    /// - Throws: `StoreError`.
    package func hidePeople(in event: EventID) async throws(StoreError) {
        guard let stored = try await store.snapshot(of: event), stored.rank != SnapshotWire.hiddenRank else { return }
        var box: [UInt8]?
        if let opened = open(stored.box, of: event, from: stored.node, rank: stored.rank) {
            let people = opened.people?.isEmpty == true ? nil : opened.people
            do {
                let pictures = SnapshotWire.pack(
                    thumbnail: try await hider.hide(people, in: Array(opened.thumbnail)),
                    picture: try await hider.hide(people, in: Array(opened.picture)), people: [])
                let context = SnapshotWire.context(node: stored.node, event: event, rank: SnapshotWire.hiddenRank)
                box = try SealedBox.seal(pictures, to: keyring.publicKey, context: context)
            } catch {
                logger.error(
                    "people cannot be hidden in a picture for good, so it is deleted", metadata: ["event": "\(event)", "error": "\(error)"])
            }
        } else {
            logger.error(
                "a stored picture in which people are to be hidden cannot be opened, so it is deleted", metadata: ["event": "\(event)"])
        }
        try await store.replaceSnapshot(event, of: stored.rank, with: box)
    }

    /// The rank of an event's picture; nil where there is none.
    package func rank(of event: EventID) async throws(StoreError) -> Int? { try await store.snapshotRank(of: event) }

    /// An event's picture as JPEG, and its rank; nil where there is none that can be opened.
    /// - Parameter hidesPeople: For those who may not see faces: people are hidden in it for good, and all of it where nobody has looked for them.
    package func picture(
        of event: EventID, _ size: SnapshotSize, rank: Int, hidesPeople: Bool
    ) async throws(StoreError) -> (jpeg: ByteBuffer, rank: Int)? {
        let wanted = SnapshotCache.Key(event: event, rank: rank, size: size, isHidden: hidesPeople)
        let (found, generation) = cache.withLock { ($0.pictures.find(wanted), $0.generation) }
        if let found { return (found, rank) }
        guard let (opened, present) = try await contents(of: event) else { return nil }
        var bytes = size == .thumbnail ? opened.thumbnail : opened.picture
        if hidesPeople {
            do { bytes = try await hider.hide(opened.people, in: Array(bytes))[...] } catch {
                logger.error(
                    "people cannot be hidden in a picture, so it is not shown", metadata: ["event": "\(event)", "error": "\(error)"])
                return nil
            }
        }
        let jpeg = ByteBuffer(bytes: bytes)
        let key = SnapshotCache.Key(event: event, rank: present, size: size, isHidden: hidesPeople)
        cache.withLock { if $0.generation == generation { $0.pictures.add(jpeg, key) } }
        return (jpeg, present)
    }

    /// What an event's picture shows, and where in it, and the picture's rank; nil where there is no picture, or it is not shown.
    /// - Parameter hidesPeople: For those who may not see faces: nothing is said of where one is.
    package func boxes(
        of event: EventID, rank: Int, hidesPeople: Bool
    ) async throws(StoreError) -> (boxes: [SnapshotBox], rank: Int)? {
        guard try await picture(of: event, .large, rank: rank, hidesPeople: hidesPeople) != nil,
            let (opened, present) = try await contents(of: event)
        else { return nil }
        return (hidesPeople ? opened.boxes.filter { $0.kind != .face } : opened.boxes, present)
    }

    private func contents(of event: EventID) async throws(StoreError) -> (opened: SnapshotWire.Contents, rank: Int)? {
        guard let stored = try await store.snapshot(of: event) else { return nil }
        guard let opened = open(stored.box, of: event, from: stored.node, rank: stored.rank) else {
            logger.error("a stored picture cannot be opened: is one of the hub's sealing keys missing?", metadata: ["event": "\(event)"])
            return nil
        }
        return (opened, stored.rank)
    }

    private func open(_ box: [UInt8], of event: EventID, from node: String, rank: Int) -> SnapshotWire.Contents? {
        let context = SnapshotWire.context(node: node, event: event, rank: rank)
        guard let bytes = keyring.open(box, context: context) else { return nil }
        return SnapshotWire.unpack(bytes)
    }
}
