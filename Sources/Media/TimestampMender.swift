/// Makes one steady stream clock out of a source's decode and presentation times, which may be missing, repeat, run backwards or jump.
///
/// Decode times come out strictly increasing and presentation times never before them. A step back of more than `stepBack`, or ahead of
/// more than `stepAhead`, is a jump: the clock goes on by one frame and everything after it is shifted. Smaller faults are mended in place.
struct TimestampMender: Sendable {
    /// One packet's times on the mended clock.
    struct Result: Sendable, Equatable {
        var decode: Int64
        var presentation: Int64
        /// One of the times was made up or moved.
        var isMended: Bool
        /// The source's clock jumped here.
        var isJump: Bool
    }

    /// All in nanoseconds.
    static let stepBack: Int64 = 1_000_000_000
    static let stepAhead: Int64 = 10_000_000_000
    /// Pictures are reordered by at most 16 frames (H.264, HEVC); a presentation time farther from its decode time is wrong.
    static let widestReorder: Int64 = 5_000_000_000
    /// How far a decode time that the source left out may stay behind the presentation time.
    static let longestLag: Int64 = 1_000_000_000
    /// Values beyond this (73 years) are no times.
    private static let sane: Int64 = 1 << 61

    /// Added to the source's times.
    private(set) var shift: Int64?
    private var last: Int64?
    private var lastIsMadeUp = false
    /// The usual time from one picture to the next.
    private(set) var frame: Int64

    /// - Parameter frameDuration: In nanoseconds, as the source announces it; learned from the stream afterwards.
    init(frameDuration: Int64?) {
        frame = min(max(frameDuration ?? 40_000_000, 1_000_000), 1_000_000_000)
    }

    /// The next packet comes from the source's beginning again: the clock goes on by one frame.
    mutating func startOver() { shift = nil }

    /// - Parameters: In nanoseconds on the source's clock; nil where the source gave none.
    ///   - duration: Of this packet.
    mutating func mend(decode: Int64?, presentation: Int64?, duration: Int64?) -> Result {
        let decode = decode.flatMap { Self.checked($0) }
        let presentation = presentation.flatMap { Self.checked($0) }
        if let duration, (1_000_000...1_000_000_000).contains(duration) { frame = duration }
        guard let source = decode ?? presentation else { return emit(next, next, mended: true, jump: false) }
        let shift = self.shift ?? (last == nil ? 0 &- (presentation ?? source) : next &- source)
        self.shift = shift
        var wanted = source &+ shift
        var isMended = false
        var isJump = false
        if let last {
            if wanted < last &- Self.stepBack || wanted > last &+ Self.stepAhead {
                wanted = next
                self.shift = next &- source
                isMended = true
                isJump = true
            } else if decode == nil {
                // Reordered pictures run back in presentation time; between two of them decoding goes on by a frame.
                wanted = max(last &+ 1, min(wanted, max(next, wanted &- Self.longestLag)))
            } else if wanted <= last {
                wanted = last &+ 1
                // A made-up decode time that came out a little late is no fault of the source.
                isMended = !lastIsMadeUp
            } else if wanted &- last <= 1_000_000_000, wanted &- last >= 1_000_000 {
                frame = wanted &- last
            }
        }
        var shown = presentation.map { $0 &+ (self.shift ?? 0) } ?? wanted
        if presentation == nil { isMended = true }
        if shown < wanted || shown > wanted &+ Self.widestReorder {
            isMended = isMended || (decode != nil && wanted == source &+ (self.shift ?? 0))
            shown = wanted
        }
        lastIsMadeUp = decode == nil || (lastIsMadeUp && wanted != source &+ (self.shift ?? 0))
        return emit(wanted, shown, mended: isMended, jump: isJump)
    }

    private var next: Int64 { (last ?? -frame) &+ frame }

    private mutating func emit(_ decode: Int64, _ presentation: Int64, mended: Bool, jump: Bool) -> Result {
        last = decode
        return Result(decode: decode, presentation: presentation, isMended: mended, isJump: jump)
    }

    private static func checked(_ value: Int64) -> Int64? { value > -sane && value < sane ? value : nil }
}
