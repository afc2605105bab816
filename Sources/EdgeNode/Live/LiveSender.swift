package import Base
package import Logging
package import Protocol
import Recording
import ServiceLifecycle
import Trust

/// Pushes to the hub what a camera shows now, when it asks with a ticket that it has signed; until it does not take it any more.
package actor LiveSender: Service {
    /// Cameras, and what is wanted of them, at once: a node's cameras on several replicas of a hub.
    package static let limit = 256
    /// Seconds that a hub may take nothing.
    private static let patience = 30.0
    /// Seconds that one upload may take: the hub asks again.
    private static let longest: Int64 = 86_400

    private let node: String
    private let cameras: CameraSet
    private let hub: HubCaller
    private let keys: @Sendable () -> HubKeys?
    private let pace: UploadPace
    private let clock: any WallClock
    private let metrics: Metrics
    private let logger: Logger
    private let executor = ThreadExecutor(name: "live-stills")
    private let jobs = BoundedFeed<LiveJob>(bound: limit)
    private var memory = TicketMemory()
    private var running = 0
    private var isOpen = false

    /// - Parameters:
    ///   - hub: For live video alone.
    ///   - keys: Nil while the hub is not known by its key.
    ///   - pace: The budget of all uploads.
    package init(
        node: String, cameras: CameraSet, hub: HubCaller, keys: @escaping @Sendable () -> HubKeys?, pace: UploadPace,
        clock: any WallClock, metrics: Metrics, logger: Logger
    ) {
        self.node = node
        self.cameras = cameras
        self.hub = hub
        self.keys = keys
        self.pace = pace
        self.clock = clock
        self.metrics = metrics
        self.logger = logger
        metrics.declare("vigilar_live_uploads", .gauge, help: "Cameras whose live pictures go to the hub at the moment.")
        metrics.set("vigilar_live_uploads", 0)
    }

    /// Sends until the task is cancelled or a graceful shutdown begins, which ends what is under way.
    package func run() async throws {
        isOpen = true
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await job in self.jobs.stream { group.addTask { await self.carryOut(job) } }
                group.cancelAll()
            }
        }
        isOpen = false
        await hub.close()
    }

    /// Answers the command `live`. Where the answer is yes, pictures are on their way.
    package func accept(_ command: NodeCommand) async -> NodeReply {
        do throws(UploadRefusal) {
            let ticket = try LiveTicket.open(command, domain: SignedDomain.live, node: node, keys: keys(), now: clock.now)
            guard let unit = await cameras.unit(ticket.camera) else { throw UploadRefusal("this node has no such camera") }
            guard isOpen else { throw UploadRefusal("this node starts or ends just now") }
            guard running < Self.limit else { throw .busy }
            guard memory.use(ticket.ticket, at: clock.uptime) else { throw UploadRefusal("the ticket was used before") }
            guard jobs.send(LiveJob(ticket: ticket, unit: unit)) else { throw .busy }
            count(1)
            return NodeReply(ok: true)
        } catch {
            logger.info("Live pictures were refused", metadata: ["why": "\(error)"])
            return NodeReply(ok: false, error: error.description)
        }
    }

    private func carryOut(_ job: LiveJob) async {
        for address in await hub.order {
            let source = source(job)
            let hasBegun = await push(job, source, to: address)
            await source.end()
            guard !hasBegun, !Task.isCancelled else {
                await hub.prefer(address)
                break
            }
        }
        count(-1)
    }

    private func source(_ job: LiveJob) -> LiveSource {
        let transcript: any LiveTranscript =
            switch job.ticket.content {
            case .video: LiveVideo()
            case .stills: LiveStills(.watched, executor: executor)
            case .idle: LiveStills(.idle, executor: executor)
            }
        let unit = job.unit
        let track: SegmentTrack = job.ticket.stream == .sub ? .sub : .main
        let (tap, reader) = unit.live(track)
        return LiveSource(tap, transcript, pace: pace, clock: clock) {
            reader.statistics.isOnline ? "" : reader.heldBack ?? "The camera is offline."
        }
    }

    /// - Returns: Whether the hub has taken anything, so that no other address is to be tried.
    private func push(_ job: LiveJob, _ source: LiveSource, to address: String) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do throws(IdentityError) {
                    _ = try await self.hub.send(
                        "PUT", "/api/v1/nodes/\(self.node)/uploads/\(job.ticket.ticket)", to: address, pieces: source.pieces, length: nil,
                        headers: [("Content-Type", "application/octet-stream")], patience: Self.longest)
                } catch {
                    self.logger.debug("Live pictures ended", metadata: ["camera": "\(job.unit.id)", "why": "\(error)"])
                }
            }
            // A camera that sends nothing is no reason: that is said every few seconds.
            group.addTask { await UploadStall.wait(Self.patience) { await source.asked } }
            await group.next()
            group.cancelAll()
        }
        return await source.asked > 0
    }

    private func count(_ change: Int) {
        running += change
        metrics.set("vigilar_live_uploads", Double(running))
    }
}
