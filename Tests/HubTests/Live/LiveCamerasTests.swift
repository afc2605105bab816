import Base
import Hummingbird
import HummingbirdTesting
import NIOCore
import Protocol
import Synchronization
import TestSupport
import Testing
import Trust

@testable import Hub

@Suite struct LiveCamerasTests {
    @Test("What a viewer was too slow for is counted")
    func dropped() async throws {
        let fixture = try await WebFixture()
        let metrics = Metrics()
        let parts = try PlaybackParts(
            store: fixture.fleet, trust: fixture.trust, keyring: fixture.keyring, clock: fixture.clock, metrics: metrics,
            folder: fixture.folder)
        let (slow, quick) = (parts.live.backlog(), parts.live.backlog())
        let chunk = LiveChunk(kind: .keyframe, time: fixture.clock.now, content: ByteBuffer(bytes: [1]))
        for uptime in [0.0, 0.5, 5] {
            slow.send((0, chunk), .opening, bytes: 1, at: uptime)
            quick.send((0, chunk), .opening, bytes: 1, at: uptime)
            #expect(await quick.next()?.count == 1)
        }
        #expect(metrics.value("vigilar_live_dropped_total") == 2)
    }

    @Test("Of some of the cameras of a request stills are enough: their nodes are asked for nothing more")
    func idle() async throws {
        let fixture = try await WebFixture()
        try await fixture.join("porch")
        _ = try await fixture.fleet.claimCameras(node: "porch", cameras: ["door", "gate"], at: fixture.clock.now)
        let asked = Mutex<[String: LiveTicket.Content]>([:])
        let key = fixture.trust.signingKey.verifyingKey
        let parts = try PlaybackParts(
            store: fixture.fleet, trust: fixture.trust, keyring: fixture.keyring, clock: fixture.clock, folder: fixture.folder
        ) { command, _ in
            let message = SignedMessage(signed: command.signed ?? "", signature: command.signature ?? "")
            let ticket = try NodeJSON.decode(LiveTicket.self, from: message.open(domain: SignedDomain.live, with: key))
            asked.withLock { $0[ticket.camera] = ticket.content }
            return NodeReply(ok: false, error: "not now")
        }
        var dependencies = fixture.dependencies
        dependencies.live = parts.live
        let cookie = try await fixture.cookie()
        try await WebApplication.application(dependencies).test(.live) { client in
            let port = try #require(client.port)
            try await StreamClient.open(port: port, path: "/api/v1/live?cameras=door,gate&idle=gate", cookie: cookie) { readUntil in
                _ = try await readUntil("200 OK")
                try await eventually("both to be asked for") { asked.withLock { $0 == ["door": .video, "gate": .idle] } }
            }
            for query in ["cameras=door&idle=gate", "cameras=door&content=idle"] {
                try await StreamClient.open(port: port, path: "/api/v1/live?\(query)", cookie: cookie) { readUntil in
                    _ = try await readUntil("400 Bad Request")
                }
            }
        }
    }
}
