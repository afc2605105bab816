import Base
import MediaTypes
import Recording
import Testing

@testable import EdgeNode

@Suite struct FragmentAssemblerTests {
    private let stream = StreamInfo(codec: .h264, width: 16, height: 16, extradata: [], nominalFrameRate: 10, generation: 0)
    private let zero = Timestamp(microseconds: 1_790_000_000_000_000)

    /// - Parameter wall: Seconds by which the time of day is ahead of the stream's clock.
    private func packet(_ nanoseconds: Int64, key: Bool = false, shift: Int64 = 0, wall: Double = 0) -> EncodedPacket {
        EncodedPacket(
            decodeTime: .init(nanoseconds: nanoseconds), presentationTime: .init(nanoseconds: nanoseconds + shift),
            timestamp: zero.advanced(bySeconds: Double(nanoseconds) / 1e9 + wall), isKeyframe: key, data: [0, 0, 1, 0x65, 7], generation: 0)
    }

    private func fragments(_ packets: [EncodedPacket], next: EncodedPacket? = nil) -> [FragmentAssembler.Fragment] {
        var assembler = FragmentAssembler(first: packets[0], of: stream)
        var out = packets.dropFirst().compactMap { assembler.take($0) }
        if let last = assembler.flush(next: next) { out.append(last) }
        #expect(assembler.flush() == nil)
        return out
    }

    @Test("A fragment ends after half a second, and before each keyframe")
    func cuts() {
        let packets = (0..<30).map { packet(Int64($0) * 100_000_000, key: $0 % 13 == 0) }
        let out = fragments(packets, next: packet(3_000_000_000, key: true))
        #expect(out.map(\.samples.count) == [5, 5, 3, 5, 5, 3, 4])
        #expect(out.filter { $0.samples[0].isKeyframe }.map(\.decodeTime) == [0, 117_000, 234_000])
        #expect(out.allSatisfy { $0.samples.allSatisfy { $0.duration == 9000 && $0.shift == 0 } })
        #expect(out.map { $0.end.seconds(since: $0.start) }.allSatisfy { $0 <= 0.5 })
        #expect(out.reduce(0) { $0 + $1.pictures.joined().count } == out.flatMap(\.samples).reduce(0) { $0 + $1.size })
    }

    @Test("Times of a rate that does not divide a second do not drift, and have no hole between fragments")
    func drift() {
        // NTSC, for an hour.
        let packets = (0..<108_000).map { packet(Int64($0) * 1_001_000_000 / 30, key: $0 % 60 == 0) }
        let out = fragments(packets)
        var next: Int64 = 0
        for fragment in out {
            #expect(fragment.decodeTime == next)
            next += fragment.samples.reduce(0) { $0 + Int64($1.duration) }
        }
        #expect(next == 108_000 * 3003)
    }

    @Test("A picture that is shown later than decoded keeps its shift")
    func reordered() {
        let out = fragments((0..<4).map { packet(Int64($0) * 40_000_000, key: $0 == 0, shift: 80_000_000) })
        #expect(out.flatMap(\.samples).map(\.shift) == [7200, 7200, 7200, 7200])
    }

    @Test("The last picture lasts until the next, or as long as the one before; the first, for want of both, as the stream says")
    func last() {
        let two = [packet(0, key: true), packet(100_000_000)]
        #expect(fragments(two, next: packet(350_000_000, key: true)).flatMap(\.samples).map(\.duration) == [9000, 22500])
        #expect(fragments(two).flatMap(\.samples).map(\.duration) == [9000, 9000])
        #expect(fragments([two[0]]).flatMap(\.samples).map(\.duration) == [9000])
    }

    @Test("A time of day that jumps begins a fragment that says it")
    func jump() {
        let out = fragments((0..<10).map { packet(Int64($0) * 50_000_000, key: $0 == 0, wall: $0 >= 6 ? 3600 : 0) })
        #expect(out.map(\.samples.count) == [6, 4])
        #expect(out[1].start.seconds(since: zero) == 3600.3)
    }

    @Test("Times that go back or stand still make durations of zero, never a crash")
    func backwards() {
        let out = fragments([0, 100, 50, 50, 900].map { packet($0 * 1_000_000, key: $0 == 0) })
        #expect(out.flatMap(\.samples).count == 5)
        #expect(out.flatMap(\.samples).allSatisfy { $0.duration >= 0 })
    }
}
