import MediaTypes

/// G.711 on its way to AAC: gathers samples until they fill a frame. Used by one thread.
final class TelephoneSound {
    /// Seconds by which the source's times may differ from the number of samples before they are believed anew.
    private static let tolerance = 0.1

    let configuration: [UInt8]
    private let law: G711
    private let rate: Int
    private let channels: Int
    private let encoder: SoundEncoder
    private var waiting: [Float] = []
    /// When the first of those that wait is heard.
    private var begin = 0.0

    /// - Parameters:
    ///   - rate: Samples a second.
    ///   - channels: Interleaved; they are mixed into one.
    init(_ law: G711, rate: Int, channels: Int) throws(MediaError) {
        self.law = law
        self.rate = rate
        self.channels = max(1, channels)
        encoder = try SoundEncoder(rate: rate)
        configuration = encoder.configuration
    }

    /// - Parameter time: Of the first sample, in seconds on the pictures' clock.
    func frames(of bytes: [UInt8], at time: Double) throws(MediaError) -> [SoundFrame] {
        let expected = begin + Double(waiting.count) / Double(rate)
        if waiting.isEmpty {
            if abs(time - begin) > Self.tolerance { begin = time }
        } else if abs(time - expected) > Self.tolerance {
            // Something is missing, or the source's clock was set: what waits fills no frame.
            waiting.removeAll(keepingCapacity: true)
            begin = time
        }
        for start in stride(from: 0, through: bytes.count - channels, by: channels) {
            waiting.append(bytes[start..<start + channels].reduce(0) { $0 + law.expand($1) } / Float(channels))
        }
        var frames: [SoundFrame] = []
        let length = SoundEncoder.frameLength
        let step = Double(length) / Double(rate)
        var used = 0
        defer { waiting.removeFirst(used) }
        while waiting.count - used >= length {
            if let data = try encoder.encode(waiting[used..<used + length]) {
                frames.append(SoundFrame(time: MediaTime(seconds: begin - 2 * step), data: data))
            }
            used += length
            begin += step
        }
        return frames
    }
}
