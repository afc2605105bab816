import Base
import MediaTypes
import Testing

@testable import EdgeNode

@Suite struct PrerollRingTests {
    private let stream = StreamInfo(codec: .h264, width: 16, height: 16, extradata: [], nominalFrameRate: nil, generation: 0)

    private func packet(_ second: Double, key: Bool, bytes: Int = 10) -> EncodedPacket {
        EncodedPacket(
            decodeTime: .init(seconds: second), presentationTime: .init(seconds: second),
            timestamp: Timestamp(microseconds: 0).advanced(bySeconds: second), isKeyframe: key,
            data: .init(repeating: 0, count: bytes), generation: 0)
    }

    private func seconds(_ ring: inout PrerollRing) -> [Double] { ring.drain().map(\.packet.decodeTime.seconds) }

    @Test("It keeps the seconds asked for, and begins with a keyframe", arguments: [0.0, 3, 10])
    func length(_ wanted: Double) {
        var ring = PrerollRing()
        for tenth in 5..<1000 { ring.append(packet(Double(tenth) / 10, key: tenth % 20 == 0), of: stream, seconds: wanted) }
        let kept = ring.drain().map(\.packet)
        #expect(kept.first?.isKeyframe == true)
        #expect(kept.last?.decodeTime.seconds == 99.9)
        let length = 99.9 - (kept.first?.decodeTime.seconds ?? 0)
        #expect(length >= wanted && length <= wanted + 4)
        #expect(ring.drain().isEmpty)
    }

    @Test("Nothing is kept before the first keyframe")
    func begin() {
        var ring = PrerollRing()
        for second in 0..<5 { ring.append(packet(Double(second), key: false), of: stream, seconds: 10) }
        ring.append(packet(5, key: true), of: stream, seconds: 10)
        #expect(seconds(&ring) == [5])
    }

    @Test("Its memory is bounded: the oldest group goes, and one that is too large for itself")
    func bytes() {
        var ring = PrerollRing()
        let part = PrerollRing.byteLimit / 4
        for second in 0..<8 { ring.append(packet(Double(second), key: true, bytes: part), of: stream, seconds: 60) }
        #expect(seconds(&ring) == [4, 5, 6, 7])
        ring.append(packet(0, key: true), of: stream, seconds: 60)
        for second in 1..<6 { ring.append(packet(Double(second), key: false, bytes: part), of: stream, seconds: 60) }
        #expect(seconds(&ring) == [], "what comes behind a group that went waits for a keyframe")
        ring.append(packet(9, key: true), of: stream, seconds: 60)
        #expect(seconds(&ring) == [9])
    }
}
