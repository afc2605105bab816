import Base
import MediaTypes
import Testing

@testable import EdgeNode

@Suite struct PowerCutLossTests {
    @Test(
        "Two fragments, of which the first waits for the second, are a second at most",
        arguments: [2.0, 3, 5, 7, 10, 12.5, 15, 24, 25, 29.97, 30, 60])
    func length(rate: Double) {
        let stream = StreamInfo(codec: .h264, width: 16, height: 16, extradata: [], nominalFrameRate: rate, generation: 0)
        let packets = (0..<Int(rate * 20)).map { index in
            let time = Double(index) / rate
            return EncodedPacket(
                decodeTime: .init(seconds: time), presentationTime: .init(seconds: time),
                timestamp: PowerCutCamera.zero.advanced(bySeconds: time),
                isKeyframe: index % Int(rate * 4) == 0, data: [0, 0, 1, 0x65, 7], generation: 0)
        }
        var assembler = FragmentAssembler(first: packets[0], of: stream)
        let starts = packets.dropFirst().compactMap { assembler.take($0)?.start }
        #expect(starts.count >= 39)
        for (first, third) in zip(starts, starts.dropFirst(2)) { #expect(third.seconds(since: first) <= 1.0002) }
    }
}
