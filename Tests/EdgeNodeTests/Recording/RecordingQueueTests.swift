import Base
import MediaTypes
import Testing

@testable import EdgeNode

@Suite struct RecordingQueueTests {
    private let stream = StreamInfo(codec: .h264, width: 16, height: 16, extradata: [], nominalFrameRate: nil, generation: 0)

    private func packet(_ index: Int, key: Bool = false, bytes: Int = 10) -> RecordingQueue.Item {
        .packet(
            EncodedPacket(
                decodeTime: .init(nanoseconds: Int64(index)), presentationTime: .init(nanoseconds: Int64(index)),
                timestamp: Timestamp(microseconds: Int64(index)), isKeyframe: key, data: .init(repeating: 0, count: bytes), generation: 0),
            stream)
    }

    private func drain(_ queue: RecordingQueue) -> [String] {
        queue.close()
        var out: [String] = []
        while let item = queue.next() {
            switch item {
            case .packet(let packet, _): out.append("\(packet.decodeTime.nanoseconds)")
            case .interrupted(let cause): out.append(cause.rawValue)
            default: out.append("other")
            }
        }
        return out
    }

    @Test("What is sent comes out in order, thousands too")
    func order() {
        let queue = RecordingQueue()
        for index in 0..<2000 { queue.send(packet(index)) }
        queue.send(.interrupted(.network))
        #expect(drain(queue) == (0..<2000).map { "\($0)" } + ["network"])
    }

    @Test("Where the disk is behind, packets go up to a keyframe that has room, and the hole is told where it is")
    func overflow() {
        let queue = RecordingQueue(byteLimit: 100)
        for index in 0..<12 { queue.send(packet(index, key: index % 4 == 0)) }
        #expect(queue.dropped == 2, "0 to 9 fill it")
        for _ in 0..<6 { _ = queue.next() }
        queue.send(packet(12, key: true))
        queue.send(packet(13))
        #expect(drain(queue) == ["6", "7", "8", "9", "disk", "12", "13"])
    }

    @Test("A keyframe is not taken before half of what waits is gone")
    func hysteresis() {
        let queue = RecordingQueue(byteLimit: 100)
        for index in 0..<11 { queue.send(packet(index, key: true)) }
        _ = queue.next()
        queue.send(packet(11, key: true))
        #expect(queue.dropped == 2)
        for _ in 0..<5 { _ = queue.next() }
        queue.send(packet(12, key: true))
        #expect(drain(queue) == ["6", "7", "8", "9", "disk", "12"])
    }

    @Test("Nothing within a second is a flush, and nothing is taken after the end")
    func idle() {
        let queue = RecordingQueue()
        guard case .flush = queue.next() else { return #expect(Bool(false)) }
        queue.close()
        queue.send(packet(0))
        #expect(queue.next() == nil)
    }
}
