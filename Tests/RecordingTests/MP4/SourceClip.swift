import Foundation
import MediaTypes
import Recording
import TestSupport

/// A small clip made by ffmpeg, taken apart: what a camera would have sent.
struct SourceClip: Sendable {
    struct Packet: Sendable {
        var data: [UInt8]
        /// Ticks of 90 kHz, or of the sound's rate, from the first picture's decode time.
        var decode: Int64
        var shift: Int
        var duration: Int
        var isKeyframe: Bool
        var hash: String
    }

    /// How packets are packed.
    enum Packing: String, CaseIterable, Sendable {
        /// Length-prefixed, with an `avcC` or `hvcC`.
        case prefixed
        /// Behind start codes, parameter sets in the extradata.
        case annexB
        /// Behind start codes, parameter sets in the keyframes.
        case inBand
    }

    var path: String
    var info: StreamInfo
    var video: [Packet]
    var sound: [Packet]
    var soundTrack: SoundTrack?

    static let h264 = Result { try SourceClip("libx264", ["-bf", "0"]) }
    static let bFrames = Result { try SourceClip("libx264", ["-bf", "3", "-preset", "veryfast"]) }
    static let hevc = Result { try SourceClip("libx265", ["-x265-params", "log-level=none:bframes=2:pools=1:keyint=25:min-keyint=25"]) }
    static let withSound = Result { try SourceClip("libx264", ["-bf", "2"], hasSound: true) }

    /// Removed with the process's other temporary files: kept as long as the process.
    private static let folder = Result { try TemporaryDirectory("mp4") }

    /// Six seconds at 25 a second, each picture another, a keyframe each second.
    private init(_ encoder: String, _ extra: [String], hasSound: Bool = false) throws {
        let path = try Self.folder.get().path("\(encoder)\(extra.joined().hashValue)\(hasSound).mp4")
        var arguments = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=6"]
        if hasSound { arguments += ["-f", "lavfi", "-i", "anoisesrc=seed=1:sample_rate=48000:duration=6:amplitude=0.2", "-c:a", "aac"] }
        arguments += ["-c:v", encoder, "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-threads", "1"]
        try TestClips.run(arguments + extra + [path])
        let file = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let codec = encoder == "libx265" ? VideoCodec.hevc : .h264
        let configuration = Self.box(codec == .hevc ? "hvcC" : "avcC", in: file)
        self.path = path
        info = StreamInfo(codec: codec, width: 320, height: 240, extradata: configuration, nominalFrameRate: 25, generation: 0)
        let probed = try MediaTool.packets(path)
        let start = probed[0].ticks(probed[0].decode)
        video = probed.map { Self.packet($0, file, start: start, rate: 90_000) }
        guard hasSound else {
            sound = []
            return
        }
        let esds = Self.box("esds", in: file)
        let at = Self.find([5, 0x80, 0x80, 0x80], in: esds)
        soundTrack = try SoundTrack(configuration: Array(esds[(at + 5)..<(at + 5 + Int(esds[at + 4]))]))
        sound = try MediaTool.packets(path, "a:0").map { Self.packet($0, file, start: start * 48 / 90, rate: 48_000) }
    }

    private static func packet(_ probed: ProbedPacket, _ file: [UInt8], start: Int64, rate: Int64) -> Packet {
        let place = probed.place ?? 0
        return Packet(
            data: Array(file[place..<place + probed.size]), decode: probed.decode * rate / probed.scale - start,
            shift: Int((probed.shown - probed.decode) * rate / probed.scale), duration: Int(probed.duration * rate / probed.scale),
            isKeyframe: probed.isKeyframe, hash: probed.hash)
    }

    /// The content of the first box of a type, wherever it is.
    static func box(_ type: String, in file: [UInt8]) -> [UInt8] {
        let at = find(Array(type.utf8), in: file)
        let length = file[(at - 4)..<at].reduce(0) { $0 << 8 | Int($1) }
        return Array(file[(at + 4)..<(at - 4 + length)])
    }

    static func find(_ wanted: [UInt8], in bytes: [UInt8]) -> Int {
        (0..<bytes.count - wanted.count).first { bytes[$0..<$0 + wanted.count].elementsEqual(wanted) } ?? 0
    }

    /// The stream and its pictures in another packing.
    func packed(_ packing: Packing) -> (info: StreamInfo, pictures: [[UInt8]]) {
        var info = info
        if packing == .prefixed { return (info, video.map(\.data)) }
        let sets = parameterSets
        info.extradata = packing == .annexB ? sets : []
        return (
            info,
            video.map { packet in (packing == .inBand && packet.isKeyframe ? sets : []) + Self.annexB(packet.data) }
        )
    }

    /// Every second start code is the long one.
    private static func annexB(_ data: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        var isLong = true
        while at + 4 <= data.count {
            let length = data[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            out += (isLong ? [0] : []) + [0, 0, 1] + data[(at + 4)..<(at + 4 + length)]
            at += 4 + length
            isLong.toggle()
        }
        return out
    }

    /// The sets of the `avcC` or `hvcC` behind start codes.
    private var parameterSets: [UInt8] {
        let bytes = info.extradata
        var out: [UInt8] = []
        var at = info.codec == .hevc ? 23 : 6
        func take(_ count: Int) {
            for _ in 0..<count {
                let length = Int(bytes[at]) << 8 | Int(bytes[at + 1])
                out += [0, 0, 0, 1] + bytes[(at + 2)..<(at + 2 + length)]
                at += 2 + length
            }
        }
        if info.codec == .hevc {
            for _ in 0..<bytes[22] {
                let count = Int(bytes[at + 1]) << 8 | Int(bytes[at + 2])
                // libx265 puts a note about itself there, too.
                let isSet = (32...34).contains(bytes[at] & 0x3f)
                at += 3
                let kept = out
                take(count)
                if !isSet { out = kept }
            }
        } else {
            take(Int(bytes[5] & 0x1f))
            at += 1
            take(Int(bytes[at - 1]))
        }
        return out
    }
}
