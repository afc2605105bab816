import Base
import MediaTypes
import TestSupport

/// A camera that sends made-up pictures, of which every byte is known: nothing decodes them, and nothing needs to.
struct PowerCutCamera: Sendable, Hashable {
    let id: String
    /// Pictures a second.
    let rate: Int
    /// Pictures from one keyframe to the next.
    let group: Int
    /// Bytes of a keyframe, and of others.
    let sizes: [Int]

    /// Eight seconds before midnight, so that days change.
    static let zero = Timestamp(microseconds: 1_773_532_792_000_000)
    /// Stands in every picture: where encryption is on, it may lie nowhere.
    static let canary = Array("picture of a room".utf8)

    /// Less than a chunk a second.
    static let door = PowerCutCamera(id: "door", rate: 15, group: 30, sizes: [3000, 500])
    /// Several chunks a fragment.
    static let gate = PowerCutCamera(id: "gate", rate: 25, group: 50, sizes: [40_000, 3000])
    /// Recorded in the open.
    static let yard = PowerCutCamera(id: "yard", rate: 5, group: 10, sizes: [2000, 400])
    static let all = [door, gate, yard]

    var isEncrypted: Bool { id != "yard" }

    func stream(generation: Int) -> StreamInfo {
        StreamInfo(
            codec: .h264, width: 320, height: 240,
            extradata: [1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, 4, 0x67, 0x64, 0, 0x1f, 1, 0, 2, 0x68, 0xee],
            nominalFrameRate: Double(rate), generation: generation)
    }

    func time(_ index: Int) -> Timestamp {
        Timestamp(microseconds: Self.zero.microseconds + Int64(index) * 1_000_000 / Int64(rate))
    }

    /// The first picture at or behind a time.
    func index(at time: Timestamp) -> Int {
        let microseconds = Int64(rate) * (time.microseconds - Self.zero.microseconds)
        return Int((microseconds + 999_999) / 1_000_000)
    }

    func packet(_ index: Int, generation: Int) -> EncodedPacket {
        let nanoseconds = Int64(index) * 1_000_000_000 / Int64(rate)
        return EncodedPacket(
            decodeTime: .init(nanoseconds: nanoseconds), presentationTime: .init(nanoseconds: nanoseconds), timestamp: time(index),
            isKeyframe: index % group == 0, data: picture(index), generation: generation)
    }

    /// A unit behind its length.
    func picture(_ index: Int) -> [UInt8] {
        let isKeyframe = index % group == 0
        let count = isKeyframe ? sizes[0] : sizes[1] + index % 97
        var dice = SeededGenerator(seed: index)
        var unit: [UInt8] = [isKeyframe ? 0x65 : 0x41] + Self.canary
        while unit.count < count { withUnsafeBytes(of: dice.next()) { unit.append(contentsOf: $0) } }
        return [0, UInt8(unit.count >> 16), UInt8(unit.count >> 8 & 0xff), UInt8(unit.count & 0xff)] + unit
    }
}
