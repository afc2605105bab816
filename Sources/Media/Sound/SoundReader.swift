import Base
import CLibAV
import MediaTypes

/// Reads the sound of one open source: what comes out is AAC, whatever came in. Used by one thread.
final class SoundReader {
    private enum Kind {
        /// - Parameter hasHeaders: Each frame has one of its own, and the source says nothing.
        case aac(hasHeaders: Bool)
        case telephone(TelephoneSound)
    }

    /// Bytes of the largest frame of AAC that is believed: 6,144 bits for each of eight channels.
    private static let largestFrame = 6_144
    /// Bytes of the largest packet that is looked at: four seconds of G.711.
    private static let largestPacket = 32 << 10
    /// Packets that may come between two pictures: ten seconds of them, after which the pictures count as silent.
    private static let mostWaiting = 1_000

    let info: SoundInfo
    /// Number of the stream in its source.
    let index: Int32
    private let kind: Kind
    private let timeBase: AVRational
    private var clock = SoundClock()
    private var waiting: [RawSound] = []
    private var ready: [SoundFrame]
    private var dropped = 0

    /// - Parameter left: On the pictures' clock already, of the source when it was open before.
    /// - Returns: Nil where the sound is of another kind than those that are recorded.
    init?(_ stream: UnsafeMutablePointer<AVStream>, after left: [SoundFrame] = []) {
        guard let parameters = stream.pointee.codecpar?.pointee else { return nil }
        ready = left
        index = stream.pointee.index
        timeBase = stream.pointee.time_base
        switch parameters.codec_id {
        case AV_CODEC_ID_AAC:
            let size = max(0, min(Int(parameters.extradata_size), 64))
            var configuration = parameters.extradata.map { [UInt8](UnsafeBufferPointer(start: $0, count: size)) } ?? []
            kind = .aac(hasHeaders: configuration.isEmpty)
            if configuration.isEmpty {
                guard let made = Self.configuration(rate: Int(parameters.sample_rate), channels: Int(parameters.ch_layout.nb_channels))
                else { return nil }
                configuration = made
            }
            // Low complexity, and what adds to it: frames of others have other lengths.
            guard [2, 5, 29].contains(configuration[0] >> 3) else { return nil }
            info = SoundInfo(configuration: configuration)
        case AV_CODEC_ID_PCM_MULAW, AV_CODEC_ID_PCM_ALAW:
            let law: G711 = parameters.codec_id == AV_CODEC_ID_PCM_ALAW ? .aLaw : .muLaw
            guard (4_000...96_000).contains(parameters.sample_rate), (1...8).contains(parameters.ch_layout.nb_channels),
                let telephone = try? TelephoneSound(
                    law, rate: Int(parameters.sample_rate), channels: Int(parameters.ch_layout.nb_channels))
            else { return nil }
            kind = .telephone(telephone)
            info = SoundInfo(configuration: telephone.configuration)
        default: return nil
        }
    }

    /// An AudioSpecificConfig of low complexity (ISO/IEC 14496-3, table 1.17).
    private static func configuration(rate: Int, channels: Int) -> [UInt8]? {
        guard let place = SoundInfo.sampleRates.firstIndex(of: rate).map(UInt8.init), (1...6).contains(channels) else { return nil }
        return [2 << 3 | place >> 1, (place & 1) << 7 | UInt8(channels) << 3]
    }

    /// Takes a packet; its frames are there after `settle`.
    func take(_ packet: AVPacket, arrival: Timestamp) {
        guard let bytes = packet.data, packet.size > 0, packet.size <= Self.largestPacket, waiting.count < Self.mostWaiting else {
            dropped += 1
            return
        }
        let time = packet.pts == vigilar_no_timestamp() ? packet.dts : packet.pts
        let nanoseconds = AVRational(num: 1, den: 1_000_000_000)
        let presentation = time == vigilar_no_timestamp() ? nil : av_rescale_q(time, timeBase, nanoseconds)
        waiting.append(
            RawSound(
                presentation: presentation == .min ? nil : presentation,
                data: [UInt8](UnsafeBufferPointer(start: bytes, count: Int(packet.size))), arrival: arrival))
    }

    /// Puts what came onto the pictures' clock.
    /// - Parameters:
    ///   - shift: Nanoseconds from the source's clock to that of the pictures; nil while there is none.
    ///   - position: Seconds on the pictures' clock at a time of day; nil where that is not known.
    func settle(shift: Int64?, position: (Timestamp) -> Double?) {
        for raw in waiting {
            let source = shift.flatMap { shift in raw.presentation.map { Double($0 &+ shift) / 1e9 } }
            guard let time = clock.time(source: source, arrival: position(raw.arrival)), abs(time) < 1e9 else {
                dropped += 1
                continue
            }
            add(raw.data, at: time)
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private func add(_ data: [UInt8], at time: Double) {
        switch kind {
        case .aac(let hasHeaders):
            let frame = hasHeaders ? ADTS.frame(in: data).map { Array(data[$0]) } ?? [] : data
            guard (1...Self.largestFrame).contains(frame.count), ready.count < Self.mostWaiting else { return dropped += 1 }
            ready.append(SoundFrame(time: MediaTime(seconds: time), data: frame))
        case .telephone(let telephone):
            do throws(MediaError) {
                let frames = try telephone.frames(of: data, at: time)
                guard ready.count < Self.mostWaiting else { return dropped += frames.count }
                ready += frames
            } catch { dropped += 1 }
        }
    }

    /// Packets that could not be used, since the last time that this was asked.
    func takeDropped() -> Int {
        defer { dropped = 0 }
        return dropped
    }

    /// Hands out what is on the pictures' clock.
    func drain() -> [SoundFrame] {
        defer { ready = [] }
        return ready
    }
}
