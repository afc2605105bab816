import Base
import MediaTypes
import Protocol
import TestSupport
import Testing

@testable import EdgeNode

/// What is made of a camera's packets for whoever needs no moving picture.
@Suite struct LiveStillsTests {
    @Test("Of a camera at which nothing happens a small still in ten seconds is made, also where pictures are sent out of their order")
    func idle() async throws {
        var recipe = TestClips.Recipe()
        recipe.bFrames = 2
        let clip = try PlayedClip(recipe)
        let zero = Timestamp(microseconds: 1_790_000_000_000_000)
        let stills = LiveStills(.idle, executor: ThreadExecutor(name: "stills"))
        var seconds: [Double] = []
        for packet in clip.packets(0..<35, zero: zero) {
            let bytes = await stills.records(of: LivePacket(packet: packet, stream: clip.stream(generation: 0)), isLast: false)
            if bytes.isEmpty { continue }
            seconds.append(packet.timestamp.seconds(since: zero))
            #expect(bytes[4] == LiveRecord.Kind.still.rawValue)
            #expect(bytes[LiveRecord.headLength...].starts(with: [0xff, 0xd8]) && bytes.count <= 40_000 + LiveRecord.headLength)
        }
        #expect(seconds == [0, 10, 20, 30])
    }
}
