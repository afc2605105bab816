package import Base
package import Logging
package import Protocol
private import Synchronization
package import Trust

/// What people do to cameras from the hub: their settings, and which of them a node has.
package final class CameraAdministration: Sendable {
    private let store: any FleetStore & PresenceStore & CameraSettingsStore
    private let key: SigningKey
    private let clock: any WallClock
    private let logger: Logger
    private let send: @Sendable (_ command: NodeCommand, _ node: String) async throws -> NodeReply
    private let fleetChanged: @Sendable () async -> Void
    private let settingsChanged: @Sendable () -> Void
    private let lastNumber = Mutex<Int64>(0)

    /// - Parameters:
    ///   - key: The hub's, to which nodes hold what they are sent.
    ///   - send: Asks a node and waits for its answer; throws where there is none.
    ///   - fleetChanged: Called when a camera has got an owner or lost it, and waited for: rights have to follow.
    ///   - settingsChanged: Called when settings are wanted, or are gone with their camera.
    package init(
        store: any FleetStore & PresenceStore & CameraSettingsStore, key: SigningKey, clock: any WallClock, logger: Logger,
        send: @escaping @Sendable (_ command: NodeCommand, _ node: String) async throws -> NodeReply,
        fleetChanged: @escaping @Sendable () async -> Void, settingsChanged: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.key = key
        self.clock = clock
        self.logger = logger
        self.send = send
        self.fleetChanged = fleetChanged
        self.settingsChanged = settingsChanged
    }

    // MARK: Settings

    /// Nil where the camera is nobody's.
    package func settings(of camera: String) async throws(StoreError) -> CameraSettingsRecord? { try await store.cameraSettings(camera) }

    /// Sets what is wanted; the node is told by whoever listens to `settingsChanged`.
    /// - Parameters: As of `CameraSettingsStore.setCameraSettings`.
    package func set(
        _ camera: String, _ settings: [UInt8], over digest: String?, by account: String
    ) async throws(StoreError) -> CameraSettingsOutcome {
        let outcome = try await store.setCameraSettings(camera, settings, over: digest, by: account, at: clock.now)
        if case .stored = outcome { settingsChanged() }
        return outcome
    }

    // MARK: Cameras of a node

    /// Adds a camera to a node, or changes its name or its address there.
    /// - Parameters:
    ///   - name: Nil leaves what it has.
    ///   - source: Its address; nil leaves what it has. A new camera needs one.
    /// - Throws: `CameraChangeError`, `StoreError`, `TrustError`.
    package func put(_ camera: String, on node: String, name: String?, source: String?) async throws {
        guard name != nil || source != nil else { throw CameraChangeError(.unusable, "Name what is to change: name or source.") }
        var address: CameraSource?
        if let source {
            guard let usable = CameraSource(source) else { throw CameraChangeError(.unusable, "source \(CameraSource.rule).") }
            address = usable
        }
        let sealingKey = try await sealingKey(of: node)
        let isNew = try await !store.cameras().contains { $0.id == camera }
        guard !isNew || address != nil else { throw CameraChangeError(.unusable, "A new camera needs an address: send source with it.") }
        guard try await store.claimCameras(node: node, cameras: [camera], at: clock.now).first?.owner == node else {
            throw Self.foreign(camera)
        }
        // Before the node has the camera, so that it may speak of it.
        if isNew { await fleetChanged() }
        do {
            try await order(hiding: address) { number in
                var change = CameraChange(node: node, number: number, camera: camera, action: .put, name: name)
                if let address {
                    let context = SignedDomain.source(node: node, camera: camera, number: number)
                    change.source = Base64URL.encode(try SealedBox.seal(Array(address.text.utf8), to: sealingKey, context: context))
                }
                return change
            }
        } catch {
            if isNew { await withdraw(camera, from: node) }
            throw error
        }
    }

    /// Takes a camera off its node, and makes its id free.
    /// - Throws: `CameraChangeError`, `StoreError`, `TrustError`.
    package func remove(_ camera: String, from node: String) async throws {
        _ = try await sealingKey(of: node)
        guard let owner = try await store.cameras().first(where: { $0.id == camera })?.node else {
            throw CameraChangeError(.unknownCamera, "There is no camera of this id.")
        }
        guard owner == node else { throw Self.foreign(camera) }
        try await order(hiding: nil) { CameraChange(node: node, number: $0, camera: camera, action: .remove) }
        _ = try await store.releaseCamera(camera)
        await fleetChanged()
        settingsChanged()
    }

    private func sealingKey(of node: String) async throws -> SealingPublicKey {
        guard let node = try await store.fleetNode(node), node.revokedAt == nil else {
            throw CameraChangeError(.unknownNode, "There is no node of this name, or it is revoked.")
        }
        guard let key = node.sealingKey.flatMap({ try? SealingPublicKey(text: $0) }) else {
            throw CameraChangeError(.notJoined, "The node has not joined this hub: invite it, and let it join.")
        }
        return key
    }

    /// Higher than every number of this process, and than those of others whose clocks are right.
    private func nextNumber() -> Int64 {
        let now = clock.now.microseconds
        return lastNumber.withLock { last in
            last = max(last + 1, now)
            return last
        }
    }

    /// Has a node make a change.
    /// - Parameters:
    ///   - address: What its words must not repeat.
    ///   - change: Makes the change with a number.
    private func order(hiding address: CameraSource?, _ change: (Int64) throws -> CameraChange) async throws {
        var reply = try await send(change(nextNumber()))
        // Another replica's clock, or this one's of an earlier day, was ahead. What one node says does not count for others.
        if !reply.ok, let number = reply.number, (0..<Limits.counter).contains(number) {
            reply = try await send(change(max(nextNumber(), number + 1)))
        }
        guard reply.ok else {
            let words = reply.error ?? "it does not say why"
            // A node does not quote it, and this is not left to the node.
            let isSafe = address?.isQuoted(in: words) != true
            throw CameraChangeError(.refused, isSafe ? "The node refuses: \(words)." : "The node refuses; its log says why.")
        }
    }

    private func send(_ change: CameraChange) async throws -> NodeReply {
        let text = String(decoding: NodeJSON.encode(change) ?? [], as: UTF8.self)
        let message = try SignedMessage(signing: text, domain: SignedDomain.camera, with: key)
        let command = NodeCommand(command: "camera", signed: message.signed, signature: message.signature)
        do { return try await send(command, change.node) } catch { throw CameraChangeError(.away, "\(error)") }
    }

    /// Takes back a claim that was made for a change which did not come about. A node that has the camera all the same, its answer having been
    /// lost, keeps it.
    private func withdraw(_ camera: String, from node: String) async {
        do throws(StoreError) {
            let state = try await store.presence(of: [node]).first?.state
            guard state?.cameras?.contains(where: { $0.id == camera }) != true else { return }
            _ = try await store.releaseCamera(camera)
        } catch {
            logger.error(
                "a camera that its node did not take stays claimed for it",
                metadata: ["camera": "\(camera)", "node": "\(node)", "error": "\(error)"])
        }
        await fleetChanged()
    }

    private static func foreign(_ camera: String) -> CameraChangeError {
        CameraChangeError(
            .foreignCamera, "The camera '\(camera)' is another node's: take another id, or move it with vigilar-hub camera move.")
    }
}
