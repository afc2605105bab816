/// Numbers in runs of equal ones: each run is a count and the number (the form of `stts` and `ctts`, ISO/IEC 14496-12, 8.6.1).
struct PairList {
    private var pairs = BoxWriter()
    private var current: UInt32 = 0
    private var length: UInt32 = 0

    mutating func add(_ value: UInt32) {
        if value != current || length == .max { flush() }
        current = value
        length += 1
    }

    private mutating func flush() {
        if length == 0 { return }
        pairs.u32(length)
        pairs.u32(current)
        length = 0
    }

    /// The number of runs, and the runs.
    func write(to out: inout BoxWriter) {
        out.u32(pairs.count / 8 + (length > 0 ? 1 : 0))
        out.append(pairs.bytes)
        if length == 0 { return }
        out.u32(length)
        out.u32(current)
    }
}
