/// Frame rate and bit rate over the last two to four seconds. Time is passed in.
struct RateMeter: Sendable {
    /// Seconds of one half of what is looked at.
    static let half = 2.0

    private var start: Double?
    private var frames = 0
    private var bytes = 0
    private var previous: (frames: Int, bytes: Int, seconds: Double) = (0, 0, 0)

    mutating func count(bytes size: Int, at uptime: Double) {
        roll(to: uptime)
        frames += 1
        bytes += size
    }

    /// Pictures and bits a second up to `uptime`; falls to zero when nothing comes.
    mutating func rates(at uptime: Double) -> (frameRate: Double, bitRate: Double) {
        roll(to: uptime)
        guard let start else { return (0, 0) }
        let seconds = previous.seconds + max(0, uptime - start)
        guard seconds >= 0.5 else { return (0, 0) }
        return (Double(previous.frames + frames) / seconds, Double(previous.bytes + bytes) * 8 / seconds)
    }

    private mutating func roll(to uptime: Double) {
        guard let begun = start else {
            start = uptime
            return
        }
        let elapsed = uptime - begun
        guard elapsed >= Self.half else { return }
        previous = (frames, bytes, elapsed)
        (frames, bytes) = (0, 0)
        start = uptime
    }
}
