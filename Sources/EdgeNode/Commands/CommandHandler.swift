package import MQTT
package import Protocol

/// Answers the hub's requests.
package struct CommandHandler: Sendable {
    package enum Outcome: String, Sendable { case done, failed, refused }

    private static let missingTime = NodeReply(ok: false, error: "resend needs a time in `since`")

    package static let nothingRecorded = NodeReply(ok: false, error: "this node records nothing for its hub")

    /// Without a certificate nothing is pushed to anybody.
    package static let notJoined = NodeReply(ok: false, error: "this node has not joined a hub")

    private let node: String
    private let resend: @Sendable (NodeCommand) async -> NodeReply
    private let settle: @Sendable ([String: String]) async -> Void
    private let change: @Sendable (NodeCommand) async -> NodeReply
    private let index: @Sendable (String) async -> NodeReply
    private let upload: @Sendable (NodeCommand) async -> NodeReply
    private let live: @Sendable (NodeCommand) async -> NodeReply
    private let star: @Sendable (NodeCommand) async -> NodeReply
    private let delete: @Sendable (NodeCommand) async -> NodeReply
    private let forget: @Sendable (NodeCommand) async -> NodeReply

    /// - Parameters:
    ///   - resend: Makes kept rows wait again; `since` is there.
    ///   - settle: Takes in whose each camera is, by the camera's id.
    ///   - change: Adds, changes or takes away a camera.
    ///   - index: Tells the hub what a camera is recording just now.
    ///   - upload: Sends a part of a recording.
    ///   - live: Sends what a camera shows.
    ///   - star: Keeps a recording, or no longer.
    ///   - delete: Deletes recordings.
    ///   - forget: Forgets what waits for the hub of somebody who is erased there.
    package init(
        node: String, resend: @escaping @Sendable (NodeCommand) async -> NodeReply,
        settle: @escaping @Sendable ([String: String]) async -> Void = { _ in },
        change: @escaping @Sendable (NodeCommand) async -> NodeReply = { _ in
            NodeReply(ok: false, error: "this node's cameras cannot be changed")
        },
        index: @escaping @Sendable (String) async -> NodeReply = { _ in nothingRecorded },
        upload: @escaping @Sendable (NodeCommand) async -> NodeReply = { _ in nothingRecorded },
        live: @escaping @Sendable (NodeCommand) async -> NodeReply = { _ in notJoined },
        star: @escaping @Sendable (NodeCommand) async -> NodeReply = { _ in nothingRecorded },
        delete: @escaping @Sendable (NodeCommand) async -> NodeReply = { _ in nothingRecorded },
        forget: @escaping @Sendable (NodeCommand) async -> NodeReply = { _ in notJoined }
    ) {
        self.node = node
        self.resend = resend
        self.settle = settle
        self.change = change
        self.index = index
        self.upload = upload
        self.live = live
        self.star = star
        self.delete = delete
        self.forget = forget
    }

    /// The handler of a node with this uplink and these cameras.
    /// - Parameters:
    ///   - recordings: Nil where nothing is recorded for a hub.
    ///   - live: Nil for a node that has not joined.
    ///   - forgetting: Nil for a node that makes no pictures.
    package init(
        node: String, uplink: Uplink, cameras: CameraSet, configurator: CameraConfigurator,
        recordings: (reporter: SegmentReporter, uploader: SegmentUploader, stars: SegmentStars, deletions: SegmentDeletions)? = nil,
        live: LiveSender? = nil, forgetting: Forgetting? = nil
    ) {
        self.init(
            node: node, resend: Self.resend(uplink), settle: { await cameras.settle(owners: $0, node: node) },
            change: { await configurator.change($0) },
            index: { camera in
                guard let recordings else { return Self.nothingRecorded }
                let why = await recordings.reporter.reportOpen(camera: camera)
                return NodeReply(ok: why == nil, error: why)
            },
            upload: { await recordings?.uploader.accept($0) ?? Self.nothingRecorded }, live: { await live?.accept($0) ?? Self.notJoined },
            star: { await recordings?.stars.accept($0) ?? Self.nothingRecorded },
            delete: { await recordings?.deletions.accept($0) ?? Self.nothingRecorded },
            forget: { await forgetting?.accept($0) ?? Self.notJoined })
    }

    /// The handler of a node without cameras.
    package init(node: String, uplink: Uplink) { self.init(node: node, resend: Self.resend(uplink)) }

    private static func resend(_ uplink: Uplink) -> @Sendable (NodeCommand) async -> NodeReply {
        { command in
            guard let since = command.since else { return missingTime }
            do { return NodeReply(ok: true, rows: try await uplink.resend(since: since)) } catch {
                return NodeReply(ok: false, error: "\(error)")
            }
        }
    }

    /// Carries a request out.
    ///
    /// - Returns: The reply, nil where the request names no topic of this node to reply to: such a request is not carried out, for
    ///   whoever sent it is no hub.
    package func handle(_ request: MQTTMessage) async -> (reply: MQTTMessage?, outcome: Outcome) {
        let topic = Topics.reply(node: node)
        guard request.responseTopic == topic else { return (nil, .refused) }
        let answer = await carryOut(request.payload)
        guard let payload = NodeJSON.encode(answer) else { return (nil, .failed) }
        let reply = MQTTMessage(
            topic: topic, payload: payload, contentType: Topics.json, correlationData: request.correlationData, messageExpiry: 30)
        return (reply, answer.ok ? .done : .failed)
    }

    private func carryOut(_ payload: [UInt8]) async -> NodeReply {
        let command: NodeCommand
        do { command = try NodeJSON.decode(NodeCommand.self, from: payload) } catch {
            return NodeReply(ok: false, error: "the command cannot be read: \(error)")
        }
        switch command.command {
        case "ping": return NodeReply(ok: true)
        case "resend": return command.since == nil ? Self.missingTime : await resend(command)
        case "cameras":
            guard let owners = command.owners else { return NodeReply(ok: false, error: "cameras needs their owners in `owners`") }
            await settle(owners)
            return NodeReply(ok: true)
        case "camera": return await change(command)
        case "index":
            guard let camera = command.camera else { return NodeReply(ok: false, error: "index needs a camera in `camera`") }
            return await index(camera)
        case "upload": return await upload(command)
        case "live": return await live(command)
        case "star": return await star(command)
        case "delete": return await delete(command)
        case "forget": return await forget(command)
        default:
            return NodeReply(
                ok: false,
                error: "unknown command; this node knows ping, resend, cameras, camera, index, upload, live, star, delete and forget")
        }
    }
}
