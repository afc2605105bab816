import Base
import Media
import MediaTypes
import Testing

@testable import EdgeNode

@Suite("GroupQueue")
struct GroupQueueTests {
    private let stream = StreamInfo(codec: .h264, width: 16, height: 16, extradata: [], nominalFrameRate: nil, generation: 0)

    private func packet(_ index: Int, key: Bool, bytes: Int = 10) -> EncodedPacket {
        EncodedPacket(
            decodeTime: .init(nanoseconds: Int64(index)), presentationTime: .init(nanoseconds: Int64(index)),
            timestamp: Timestamp(microseconds: Int64(index)), isKeyframe: key, data: .init(repeating: 0, count: bytes), generation: 0
        )
    }

    private func drain(_ queue: GroupQueue) -> [(Int, Bool)] {
        var out: [(Int, Bool)] = []
        while let item = queue.poll() { out.append((Int(item.packet.decodeTime.nanoseconds), item.followsGap)) }
        return out
    }

    @Test("Packets come out in order, and the first follows a gap")
    func order() {
        let queue = GroupQueue(packetLimit: 10)
        for index in 0..<6 { queue.receive(packet(index, key: index % 3 == 0), of: stream) }
        let out = drain(queue)
        #expect(out.map(\.0) == [0, 1, 2, 3, 4, 5])
        #expect(out.map(\.1) == [true, false, false, false, false, false])
        #expect(queue.dropped == 0)
    }

    @Test("When it is full the oldest whole group goes, and its successor follows a gap")
    func wholeGroups() {
        let queue = GroupQueue(packetLimit: 9)
        for index in 0..<2 { queue.receive(packet(index, key: index == 0), of: stream) }
        _ = queue.poll()
        for index in 2..<12 { queue.receive(packet(index, key: index % 3 == 0), of: stream) }
        let out = drain(queue)
        #expect(out.map(\.0) == [1, 2, 6, 7, 8, 9, 10, 11])
        #expect(out.map(\.1) == [false, false, true, false, false, false, false, false])
        #expect(queue.dropped == 3 && queue.droppedGroups == 1)
    }

    @Test("A group larger than the queue is dropped to its end")
    func hugeGroup() {
        let queue = GroupQueue(packetLimit: 4)
        for index in 0..<12 { queue.receive(packet(index, key: index == 0 || index == 10), of: stream) }
        let out = drain(queue)
        #expect(out.map(\.0) == [10, 11])
        #expect(out.first?.1 == true)
        #expect(queue.dropped == 10)
    }

    @Test("Bytes are bounded too")
    func bytes() {
        let queue = GroupQueue(packetLimit: 100, byteLimit: 1000)
        for index in 0..<50 { queue.receive(packet(index, key: index % 2 == 0, bytes: 100), of: stream) }
        #expect(queue.count <= 10)
        #expect(queue.count + queue.dropped == 50)
        #expect(drain(queue).last?.0 == 49)
    }

    @Test("After an interruption nothing is handed on before a keyframe")
    func interruption() {
        let queue = GroupQueue()
        queue.receive(packet(0, key: true), of: stream)
        queue.interrupted(.ended)
        queue.receive(packet(1, key: false), of: stream)
        queue.receive(packet(2, key: true), of: stream)
        let out = drain(queue)
        #expect(out.map(\.0) == [0, 2])
        #expect(out.map(\.1) == [true, true])
    }
}
