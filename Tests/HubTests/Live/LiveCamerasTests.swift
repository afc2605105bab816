import Base
import NIOCore
import Protocol
import TestSupport
import Testing

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
}
