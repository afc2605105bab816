package import Base
package import Logging
private import Protocol
private import ServiceLifecycle

/// Gives each camera to the first node that names it, and tells every node whose its cameras are: one that is another's stays off there.
package actor CameraClaims: Service {
    private struct Announcement: Sendable {
        let node: String
        let cameras: [String]
    }

    private let store: any FleetStore
    private let clock: any WallClock
    private let logger: Logger
    private let tell: @Sendable (_ node: String, _ owners: [String: String]) async throws -> Void
    private let changed: @Sendable () async -> Void
    private let announcements = Batcher<Announcement>(bound: 4096)

    /// - Parameters:
    ///   - tell: Sends a node the owners of the cameras that it named.
    ///   - changed: Called when a camera has got an owner: rights have to follow.
    package init(
        store: any FleetStore, clock: any WallClock, logger: Logger,
        tell: @escaping @Sendable (_ node: String, _ owners: [String: String]) async throws -> Void,
        changed: @escaping @Sendable () async -> Void
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        self.tell = tell
        self.changed = changed
    }

    /// A node has said which cameras it has. One that finds no room is heard at the node's next word.
    package nonisolated func announced(node: String, cameras: [String]) {
        let valid = cameras.filter { Identifier.isValid($0) }.prefix(256)
        if !valid.isEmpty { announcements.put(Announcement(node: node, cameras: Array(valid))) }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // A node that does not answer holds up its own answer only.
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    let batch = await self.announcements.take(atMost: 256)
                    let latest = Dictionary(batch.map { ($0.node, $0) }, uniquingKeysWith: { $1 })
                    for announcement in latest.values {
                        guard let owners = await self.claim(announcement) else { continue }
                        group.addTask { await self.answer(announcement.node, owners) }
                    }
                }
                group.cancelAll()
            }
        }
    }

    private func claim(_ announcement: Announcement) async -> [String: String]? {
        do {
            let before = Set(try await store.cameras().map(\.id))
            let claims = try await store.claimCameras(node: announcement.node, cameras: announcement.cameras, at: clock.now)
            if claims.contains(where: { !before.contains($0.camera) }) { await changed() }
            for claim in claims where claim.owner != announcement.node {
                logger.error(
                    "a node names a camera that is another's: it stays off there",
                    metadata: ["camera": "\(claim.camera)", "node": "\(announcement.node)", "owner": "\(claim.owner)"])
            }
            return Dictionary(claims.map { ($0.camera, $0.owner) }, uniquingKeysWith: { $1 })
        } catch {
            // A node that never joined has no cameras to claim; a store that is away is asked again at the node's next word.
            logger.debug("a node's cameras could not be claimed", metadata: ["node": "\(announcement.node)", "error": "\(error)"])
            return nil
        }
    }

    private func answer(_ node: String, _ owners: [String: String]) async {
        do { try await tell(node, owners) } catch {
            logger.warning("a node was not told whose its cameras are", metadata: ["node": "\(node)", "error": "\(error)"])
        }
    }
}
