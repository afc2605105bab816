/// The `traf` box of one track (ISO/IEC 14496-12, 8.8.6 to 8.8.12). What all samples have in common is said once, in `tfhd`.
enum FragmentBoxes {
    /// Others refer to it; decoding can start here (8.8.3.1).
    private static let key: UInt32 = 0x0200_0000
    /// It refers to others; decoding cannot start here.
    private static let other: UInt32 = 0x0101_0000

    /// Which numbers a run has for each sample.
    private struct Layout {
        var duration: UInt32?
        var size: UInt32?
        /// Flags of all samples but perhaps the first; nil where each has its own.
        var flags: UInt32?
        var firstFlags: UInt32?
        var hasShifts: Bool

        init(_ samples: [MediaSample]) {
            let first = samples.first ?? MediaSample(size: 0, duration: 0, isKeyframe: true)
            duration = samples.allSatisfy { $0.duration == first.duration } ? UInt32(clamping: first.duration) : nil
            size = samples.allSatisfy { $0.size == first.size } ? UInt32(clamping: first.size) : nil
            hasShifts = samples.contains { $0.shift != 0 }
            let second = samples.dropFirst().first ?? first
            if samples.dropFirst().allSatisfy({ $0.isKeyframe == second.isKeyframe }) {
                flags = second.isKeyframe ? key : other
                if first.isKeyframe != second.isKeyframe { firstFlags = first.isKeyframe ? key : other }
            }
        }
    }

    /// - Returns: Where the place of the run's bytes is to be written: the distance from the start of `moof`.
    static func write(_ run: TrackRun, to out: inout BoxWriter) -> Int {
        let layout = Layout(run.samples)
        var place = 0
        out.box("traf") {
            let defaults = (layout.duration != nil ? 0x8 : 0) | (layout.size != nil ? 0x10 : 0) | (layout.flags != nil ? 0x20 : 0)
            // Places count from the start of `moof`.
            $0.fullBox("tfhd", flags: 0x2_0000 | UInt32(defaults)) {
                $0.u32(run.track.rawValue)
                for value in [layout.duration, layout.size, layout.flags] {
                    if let value { $0.u32(value) }
                }
            }
            $0.fullBox("tfdt", version: 1) { $0.u64(max(0, run.decodeTime)) }
            $0.fullBox("trun", flags: flags(layout)) {
                $0.u32(run.samples.count)
                place = $0.count
                $0.u32(0)
                if let first = layout.firstFlags { $0.u32(first) }
                for sample in run.samples {
                    if layout.duration == nil { $0.u32(sample.duration) }
                    if layout.size == nil { $0.u32(sample.size) }
                    if layout.flags == nil { $0.u32(sample.isKeyframe ? key : other) }
                    if layout.hasShifts { $0.u32(sample.shift) }
                }
            }
        }
        return place
    }

    /// Which fields `trun` has (8.8.8.1).
    private static func flags(_ layout: Layout) -> UInt32 {
        var flags: UInt32 = 0x1
        if layout.firstFlags != nil { flags |= 0x4 }
        if layout.duration == nil { flags |= 0x100 }
        if layout.size == nil { flags |= 0x200 }
        if layout.flags == nil { flags |= 0x400 }
        if layout.hasShifts { flags |= 0x800 }
        return flags
    }

    /// Bytes of a run's samples; what is negative counts as nothing.
    static func size(_ run: TrackRun) -> Int {
        run.samples.reduce(0) { $0.addingClamped(Int(UInt32(clamping: $1.size))) }
    }
}

extension Int {
    /// Held to the greatest number instead of overflowing.
    func addingClamped(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }
}
