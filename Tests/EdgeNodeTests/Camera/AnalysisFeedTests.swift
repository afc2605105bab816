import Base
import Media
import MediaTypes
import Recording
import Testing

@testable import EdgeNode

@Suite struct AnalysisFeedTests {
    private let stream = StreamInfo(codec: .h264, width: 16, height: 16, extradata: [], nominalFrameRate: nil, generation: 0)

    private func packet(_ number: Int64, key: Bool = false) -> EncodedPacket {
        EncodedPacket(
            decodeTime: .init(nanoseconds: number), presentationTime: .init(nanoseconds: number),
            timestamp: Timestamp(microseconds: number),
            isKeyframe: key, data: [1], generation: 0)
    }

    @Test("The small stream is analysed; while it is away the main one is, from a keyframe to a keyframe")
    func standsIn() {
        let queue = GroupQueue()
        let feed = AnalysisFeed(queue)
        let (main, sub) = (feed.consumer(of: .main), feed.consumer(of: .sub))
        func taken() -> [String] {
            var out: [String] = []
            while let item = queue.poll() { out.append("\(item.packet.decodeTime.nanoseconds)\(item.followsGap ? " gap" : "")") }
            return out
        }
        main.receive(packet(1, key: true), of: stream)
        sub.receive(packet(101, key: true), of: stream)
        main.receive(packet(2), of: stream)
        sub.receive(packet(102), of: stream)
        #expect(taken() == ["101 gap", "102"] && !feed.isStandIn)

        sub.interrupted(.timedOut)
        main.receive(packet(3), of: stream)
        main.receive(packet(4, key: true), of: stream)
        main.receive(packet(5), of: stream)
        #expect(taken() == ["4 gap", "5"] && feed.isStandIn)

        // What cannot be decoded brings nothing back.
        sub.receive(packet(103), of: stream)
        main.receive(packet(6), of: stream)
        sub.receive(packet(104, key: true), of: stream)
        main.receive(packet(7), of: stream)
        sub.receive(packet(105), of: stream)
        #expect(taken() == ["6", "104 gap", "105"] && !feed.isStandIn)

        // The main stream's own trouble is none of the analysis then.
        main.interrupted(.ended)
        sub.receive(packet(106), of: stream)
        #expect(taken() == ["106"])
    }
}
