import Base
import Foundation
import Logging
import Media
import MediaTypes
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import EdgeNode

/// Keeps what it is handed.
private final class Recorder: PacketConsumer {
    struct Seen {
        var packets: [EncodedPacket] = []
        var arrivals: [Timestamp] = []
        var streams: [StreamInfo] = []
        var interruptions = 0
        /// How many packets there were at each interruption.
        var marks: [Int] = []
    }

    private let seen = Mutex(Seen())

    var state: Seen { seen.withLock { $0 } }
    var count: Int { seen.withLock { $0.packets.count } }

    func receive(_ packet: EncodedPacket, of stream: StreamInfo) {
        seen.withLock {
            $0.packets.append(packet)
            $0.arrivals.append(SystemClock().now)
            if $0.streams.last?.generation != stream.generation { $0.streams.append(stream) }
        }
    }

    func interrupted(_ why: MediaError.Code) {
        seen.withLock {
            $0.interruptions += 1
            $0.marks.append($0.packets.count)
        }
    }
}

@Suite("CameraService")
struct CameraServiceTests {
    private func configuration(_ address: String) throws -> CameraConfiguration {
        var configuration = CameraConfiguration(id: "porch", source: try MediaSource(address))
        configuration.silenceLimit = 3
        configuration.openLimit = 5
        configuration.shortestWait = 0.05
        configuration.longestWait = 0.2
        return configuration
    }

    private func service(_ configuration: CameraConfiguration, _ consumers: [any PacketConsumer]) -> CameraService {
        CameraService(configuration, consumers: consumers, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Runs the service while `body` runs, then ends it and waits for its end.
    private func running(_ camera: CameraService, _ body: () async throws -> Void) async throws {
        let task = Task { await camera.run() }
        defer { task.cancel() }
        try await body()
        task.cancel()
        await task.value
    }

    @Test("A camera that goes away and comes back is offline, then online again with a new generation")
    func reconnects() async throws {
        let clip = try TestClips.shared.clip()
        let first = try await RTSPServer([.init(path: "cam", file: clip)])
        let recorder = Recorder()
        let camera = service(try configuration(first.url("cam")), [recorder])
        try await running(camera) {
            var states = camera.states.stream.makeAsyncIterator()
            #expect(await states.next()?.isOnline == true)
            try await eventually("packets") { recorder.count > 5 }
            first.process.signal(SIGKILL)
            let offline = await states.next()
            #expect(offline?.isOnline == false)
            #expect(offline?.reason.contains("127.0.0.1") == true)
            let before = recorder.count
            try await eventually("several attempts") { camera.statistics.failures > 3 }

            let second = try await RTSPServer([.init(path: "cam", file: clip)], port: first.port)
            #expect(await states.next()?.isOnline == true)
            try await eventually("packets again") { recorder.count > before + 5 }
            let seen = recorder.state
            #expect(seen.packets[before].isKeyframe)
            #expect(seen.packets[before].generation > seen.packets[before - 1].generation)
            #expect(zip(seen.packets, seen.packets.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp })
            #expect(seen.marks.contains(before))
            let statistics = camera.statistics
            #expect(statistics.connections == 2 && statistics.isOnline)
            #expect(statistics.interruptions == 1)
            #expect(statistics.packets >= seen.packets.count)
            await second.stop()
        }
        #expect(camera.statistics.isOnline == false)
    }

    @Test("A camera that is held back is off, says why, and comes back when it may", arguments: [false, true])
    func held(_ fromTheStart: Bool) async throws {
        let recorder = Recorder()
        let camera = service(try configuration(TestClips.shared.clip()), [recorder])
        if fromTheStart { camera.holdBack("another node's") }
        try await running(camera) {
            var states = camera.states.stream.makeAsyncIterator()
            if !fromTheStart {
                #expect(await states.next()?.isOnline == true)
                try await eventually("packets") { recorder.count > 5 }
                camera.holdBack("another node's")
            }
            let off = await states.next()
            #expect(off?.isOnline == false && off?.code == "held" && off?.reason == "another node's")
            #expect(camera.heldBack == "another node's" && !camera.statistics.isOnline)
            let before = recorder.count
            #expect((before == 0) == fromTheStart)
            camera.holdBack(nil)
            #expect(await states.next()?.isOnline == true)
            try await eventually("packets again") { recorder.count > before + 5 }
            // What lies between is a gap like any other.
            if !fromTheStart { #expect(recorder.state.marks.contains(before)) }
        }
    }

    @Test("A camera that falls silent is offline since its last packet")
    func silence() async throws {
        let server = try await RTSPServer([.init(path: "cam", file: TestClips.shared.clip())])
        let recorder = Recorder()
        let camera = service(try configuration(server.url("cam")), [recorder])
        try await running(camera) {
            var states = camera.states.stream.makeAsyncIterator()
            #expect(await states.next()?.isOnline == true)
            try await eventually("packets") { recorder.count > 5 }
            server.process.signal(SIGSTOP)
            let offline = await states.next()
            #expect(offline?.isOnline == false && offline?.code == "timed_out")
            #expect(offline?.since == camera.statistics.lastPacket)
            server.process.signal(SIGCONT)
            #expect(await states.next()?.isOnline == true)
        }
        await server.stop()
    }

    @Test("A stream that the camera ends is read anew")
    func ended() async throws {
        let server = try await RTSPServer([.init(path: "cam", file: TestClips.shared.clip(), rounds: 1)])
        let recorder = Recorder()
        let camera = service(try configuration(server.url("cam")), [recorder])
        try await running(camera) {
            var states = camera.states.stream.makeAsyncIterator()
            #expect(await states.next()?.isOnline == true)
            #expect(await states.next()?.isOnline == false)
            #expect(await states.next()?.isOnline == true)
        }
        #expect(recorder.state.streams.map(\.generation) == [0, 1])
        await server.stop()
    }

    @Test("Wrong credentials are reported once, without the password")
    func credentials() async throws {
        let server = try await RTSPServer(
            [.init(path: "cam", file: TestClips.shared.clip())], authentication: .digest, password: "right"
        )
        let camera = service(try configuration(server.url("cam", user: "viewer", password: "topsecret")), [])
        try await running(camera) {
            var states = camera.states.stream.makeAsyncIterator()
            let offline = await states.next()
            #expect(offline?.code == "unauthorized")
            #expect(offline?.reason.contains("topsecret") == false)
            try await eventually("another attempt") { camera.statistics.failures >= 3 }
        }
        var rest = camera.states.stream.makeAsyncIterator()
        #expect(await rest.next() == nil)
        await server.stop()
    }

    @Test("A file goes round at its own speed, with times that go on")
    func file() async throws {
        var recipe = TestClips.Recipe()
        recipe.seconds = 1
        recipe.bFrames = 2
        let recorder = Recorder()
        let camera = service(try configuration(TestClips.shared.clip(recipe)), [recorder])
        let start = SystemClock().now
        try await running(camera) {
            try await eventually("the second round") { recorder.count > 20 }
        }
        let packets = recorder.state.packets
        #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.decodeTime < $1.decodeTime })
        #expect(packets[15].isKeyframe && packets[15].generation == 0)
        #expect(abs(packets[15].presentationTime.seconds - packets[0].presentationTime.seconds - 1) < 0.01)
        #expect(packets.allSatisfy { $0.timestamp >= start })
        // No picture comes before its own time, less what it has to be decoded ahead of being shown.
        #expect(zip(packets, recorder.state.arrivals).allSatisfy { $1.advanced(bySeconds: 0.35) >= $0.timestamp })
        #expect(camera.statistics.mendedTimestamps == 0)
    }

    private struct Camera: Service {
        let service: CameraService

        func run() async throws { await service.run() }
    }

    @Test("A missing file is reported, and shutting down ends the service from within a wait")
    func shutdown() async throws {
        var configuration = try configuration("/nowhere.mp4")
        configuration.shortestWait = 600
        configuration.longestWait = 600
        let camera = service(configuration, [])
        let group = ServiceGroup(
            services: [Camera(service: camera)], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let task = Task { try await group.run() }
        var states = camera.states.stream.makeAsyncIterator()
        #expect(await states.next()?.code == "not_found")
        await group.triggerGracefulShutdown()
        try await task.value
        #expect(await states.next() == nil)
    }
}
