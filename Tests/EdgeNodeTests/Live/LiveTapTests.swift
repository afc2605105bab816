import Base
import Media
import MediaTypes
import Synchronization
import TestSupport
import Testing

@testable import EdgeNode

/// What those who watch get of a camera's packets.
@Suite struct LiveTapTests {
    private let tap = LiveTap(clock: ManualClock())
    private let stream = StreamInfo(codec: .h264, width: 64, height: 64, extradata: [], nominalFrameRate: 10, generation: 0)

    private func packet(_ number: Int, key: Bool = false, bytes: Int = 10) -> EncodedPacket {
        let time = MediaTime(seconds: Double(number) / 10)
        return EncodedPacket(
            decodeTime: time, presentationTime: time, timestamp: Timestamp(microseconds: Int64(number)), isKeyframe: key,
            data: [UInt8](repeating: 0, count: bytes), generation: 0)
    }

    private func send(_ number: Int, key: Bool = false, bytes: Int = 10) { tap.receive(packet(number, key: key, bytes: bytes), of: stream) }

    private func numbers(_ backlog: GroupBacklog<LivePacket>) async -> [Int64] {
        await backlog.next()?.map { $0.packet.timestamp.microseconds } ?? []
    }

    @Test("Whoever comes gets the present group of pictures at once, and then what comes")
    func group() async throws {
        for number in 0..<25 { send(number, key: number % 10 == 0) }
        let (number, backlog) = tap.join()
        #expect(await numbers(backlog) == [20, 21, 22, 23, 24])
        send(25)
        #expect(await numbers(backlog) == [25])
        tap.leave(number)
        #expect(tap.viewerCount == 0)
        #expect(await backlog.next() == nil)
    }

    @Test("After an interruption nothing old is shown, and nothing that needs what is missing")
    func interrupted() async throws {
        send(0, key: true)
        let (_, watching) = tap.join()
        #expect(await numbers(watching) == [0])
        tap.interrupted(.ended)
        let (_, late) = tap.join()
        send(1)
        send(2, key: true)
        #expect(await numbers(watching) == [2])
        #expect(await numbers(late) == [2])
    }

    @Test("What the hub was too slow for is told")
    func dropped() async throws {
        let clock = ManualClock()
        let told = Mutex(0)
        let tap = LiveTap(clock: clock) { count in told.withLock { $0 += count } }
        let (_, slow) = tap.join()
        for number in 0..<25 {
            if number == 20 { clock.advance(by: 5) }
            tap.receive(packet(number, key: number % 10 == 0), of: stream)
        }
        #expect(told.withLock { $0 } == 20)
        #expect(await numbers(slow) == [20, 21, 22, 23, 24])
    }

    @Test("A group that is too large is not kept; the next one is")
    func large() async throws {
        send(0, key: true)
        send(1, bytes: LiveTap.groupLimit)
        let (_, backlog) = tap.join()
        #expect(backlog.count == 0)
        send(2)
        send(3, key: true)
        #expect(await numbers(backlog) == [3])
    }
}
