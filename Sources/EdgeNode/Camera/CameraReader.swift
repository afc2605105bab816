import Base
import Logging
import Media
import MediaTypes
import Synchronization

/// The work of a camera's thread: connect, read, hand on, wait, again; until it is asked to stop.
final class CameraReader: Sendable {
    private struct Shared {
        var statistics = CameraStatistics()
        var meter = RateMeter()
        var hasToldOfSound = false
    }

    let stop = StopFlag()
    private let configuration: CameraConfiguration
    private let consumers: [any PacketConsumer]
    private let states: BoundedFeed<CameraState>
    private let clock: any WallClock
    private let logger: Logger
    private let shared = Mutex(Shared())
    private let hold = Mutex<String?>(nil)

    /// Seconds between two looks whether a camera that is held back may go on.
    private static let holdInterval = 0.5
    /// The code of `CameraState` for one that is held back.
    static let heldCode = "held"

    init(
        _ configuration: CameraConfiguration, consumers: [any PacketConsumer], states: BoundedFeed<CameraState>, clock: any WallClock,
        logger: Logger
    ) {
        self.configuration = configuration
        self.consumers = consumers
        self.states = states
        self.clock = clock
        var logger = logger
        logger[metadataKey: "camera"] = "\(configuration.id)"
        self.logger = logger
    }

    var statistics: CameraStatistics {
        let uptime = clock.uptime
        return shared.withLock { shared in
            (shared.statistics.frameRate, shared.statistics.bitRate) = shared.meter.rates(at: uptime)
            return shared.statistics
        }
    }

    /// Why the camera stays off; nil while it does not.
    var heldBack: String? { hold.withLock { $0 } }

    /// Keeps the camera off, from the next packet on, or lets it go on.
    func holdBack(_ reason: String?) { hold.withLock { $0 = reason } }

    /// Runs on the camera's thread until `stop`.
    func run() {
        var link = CameraLink(
            shortestWait: configuration.shortestWait, longestWait: configuration.longestWait, steadyAfter: configuration.steadyAfter
        )
        var generation = 0
        while !stop.isStopped {
            if let reason = heldBack {
                waitWhileHeld(reason, &link)
                continue
            }
            let failure = connect(&link, generation: &generation)
            generation += 1
            if failure.code == .stopped || stop.isStopped { break }
            for consumer in consumers { consumer.interrupted(failure.code) }
            if heldBack != nil { continue }
            let last = shared.withLock { shared in
                shared.statistics.close()
                shared.statistics.failures += 1
                if shared.statistics.isOnline { shared.statistics.interruptions += 1 }
                shared.statistics.isOnline = false
                return shared.statistics.lastPacket
            }
            guard case .wait(let seconds, let report) = link.take(.failed, uptime: clock.uptime) else { continue }
            if report {
                logger.warning("The camera is offline", metadata: ["why": "\(failure)", "code": "\(failure.code.rawValue)"])
                let since = failure.code == .timedOut ? last ?? clock.now : clock.now
                states.send(
                    .init(
                        cameraID: configuration.id, isOnline: false, reason: failure.description, code: failure.code.rawValue, since: since
                    ))
            }
            stop.pause(seconds: seconds)
        }
        for consumer in consumers { consumer.interrupted(.stopped) }
        shared.withLock { $0.statistics.isOnline = false }
    }

    private func waitWhileHeld(_ reason: String, _ link: inout CameraLink) {
        logger.error("The camera stays off", metadata: ["why": "\(reason)"])
        shared.withLock { shared in
            shared.statistics.close()
            shared.statistics.isOnline = false
        }
        _ = link.take(.failed, uptime: clock.uptime)
        states.send(.init(cameraID: configuration.id, isOnline: false, reason: reason, code: Self.heldCode, since: clock.now))
        while !stop.isStopped, heldBack != nil { stop.pause(seconds: Self.holdInterval) }
    }

    /// One connection, from its opening to its end.
    /// - Returns: Why it ended.
    private func connect(_ link: inout CameraLink, generation: inout Int) -> MediaError {
        do throws(MediaError) {
            var options = DemuxOptions()
            options.openLimit = configuration.openLimit
            options.silenceLimit = configuration.silenceLimit
            options.repeatsFile = true
            options.firstGeneration = generation
            options.fileStart = clock.now
            options.sound = configuration.sound
            var demuxer = try Demuxer(configuration.source, options: options, stop: stop, clock: clock)
            shared.withLock { $0.statistics.connections += 1 }
            tellOfSound(demuxer.unusedSound)
            var pace = Pace(start: clock.uptime)
            while let packet = try demuxer.next() {
                if heldBack != nil { break }
                generation = packet.generation
                if !configuration.source.isLive {
                    let wait = pace.wait(for: packet.decodeTime.seconds, uptime: clock.uptime)
                    if wait > 0, !stop.pause(seconds: wait) { break }
                }
                deliver(packet, of: demuxer.stream, counters: demuxer.counters, link: &link)
            }
            if stop.isStopped { return MediaError(.stopped, "reading \(configuration.source) was stopped") }
            return MediaError(.ended, "\(configuration.source) ended the stream")
        } catch {
            return error
        }
    }

    /// Says once, of all connections, that the camera's sound is left out.
    private func tellOfSound(_ codec: String?) {
        guard let codec else { return }
        let isKnown = shared.withLock { shared in
            defer { shared.hasToldOfSound = true }
            return shared.hasToldOfSound
        }
        if isKnown { return }
        logger.notice(
            "The camera's sound is not recorded: only AAC (LC or HE) and G.711 are",
            metadata: ["codec": "\(codec)", "remedy": "set the camera's audio encoder to AAC or G.711"])
    }

    private func deliver(_ packet: EncodedPacket, of stream: StreamInfo, counters: DemuxCounters, link: inout CameraLink) {
        let (uptime, now) = (clock.uptime, clock.now)
        let action = link.take(.packet, uptime: uptime)
        shared.withLock { shared in
            shared.statistics.update(counters)
            shared.statistics.isOnline = true
            shared.statistics.lastPacket = now
            if shared.statistics.stream?.generation != stream.generation { shared.statistics.stream = stream }
            shared.meter.count(bytes: packet.data.count, at: uptime)
        }
        if action == .reportOnline {
            logger.info("The camera is online", metadata: ["stream": "\(stream.codec.rawValue) \(stream.width)x\(stream.height)"])
            states.send(.init(cameraID: configuration.id, isOnline: true, reason: "", code: nil, since: packet.timestamp))
        }
        for consumer in consumers { consumer.receive(packet, of: stream) }
    }
}
