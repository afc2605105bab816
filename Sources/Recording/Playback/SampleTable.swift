/// The tables of one track's samples (ISO/IEC 14496-12, 8.6 and 8.7), in the bytes in which they are written: no object for a sample.
struct SampleTable {
    private(set) var count = 0
    /// Ticks, of all samples.
    private(set) var duration: Int64 = 0

    private var sizes = BoxWriter()
    private var times = PairList()
    private var shifts = PairList()
    private var hasShifts = false
    private var keyframes = BoxWriter()
    /// The last sample's duration: it may still change.
    private var lastDuration: UInt32?

    /// Where chunks begin, in bytes from the first one.
    private var chunks: [Int64] = []
    private var chunkSizes = BoxWriter()
    private var chunkSizeCount = 0
    private var lastChunkSize = 0
    private var chunkedSamples = 0

    mutating func add(size: Int, duration: Int64, shift: Int, isKeyframe: Bool) {
        if let lastDuration { times.add(lastDuration) }
        let held = UInt32(clamping: duration)
        lastDuration = held
        self.duration += Int64(held)
        count += 1
        sizes.u32(UInt32(truncatingIfNeeded: size))
        shifts.add(UInt32(truncatingIfNeeded: shift))
        hasShifts = hasShifts || shift != 0
        if isKeyframe { keyframes.u32(UInt32(truncatingIfNeeded: count)) }
    }

    /// Lengthens the last sample, or shortens it, as far as that goes.
    mutating func stretchLast(by ticks: Int64) {
        guard let last = lastDuration, ticks != 0 else { return }
        let held = UInt32(clamping: Int64(last) + ticks)
        duration += Int64(held) - Int64(last)
        lastDuration = held
    }

    /// Makes a chunk of the samples since the last one.
    /// - Parameter offset: Where it begins, in bytes from the first chunk of the file.
    mutating func endChunk(offset: Int64) {
        let samples = count - chunkedSamples
        if samples == 0 { return }
        chunkedSamples = count
        chunks.append(offset)
        if samples != lastChunkSize {
            lastChunkSize = samples
            chunkSizeCount += 1
            for number in [chunks.count, samples, 1] { chunkSizes.u32(number) }
        }
    }

    /// Bytes that the chunks' places take.
    func placesSize(isWide: Bool) -> Int { chunks.count * (isWide ? 8 : 4) }

    /// What follows `stsd` in `stbl`.
    /// - Parameter base: Where the first chunk begins in the file; nil leaves the places out, to learn the length of the rest.
    func write(base: Int64?, isWide: Bool, to out: inout BoxWriter) {
        out.fullBox("stts") {
            var times = times
            if let lastDuration { times.add(lastDuration) }
            times.write(to: &$0)
        }
        if hasShifts { out.fullBox("ctts") { shifts.write(to: &$0) } }
        if keyframes.count / 4 < count {
            out.fullBox("stss") {
                $0.u32(keyframes.count / 4)
                $0.append(keyframes.bytes)
            }
        }
        out.fullBox("stsc") {
            $0.u32(chunkSizeCount)
            $0.append(chunkSizes.bytes)
        }
        out.fullBox("stsz") {
            $0.u32(0)
            $0.u32(count)
            $0.append(sizes.bytes)
        }
        out.fullBox(isWide ? "co64" : "stco") {
            $0.u32(chunks.count)
            guard let base else { return }
            for chunk in chunks {
                if isWide { $0.u64(base + chunk) } else { $0.u32(base + chunk) }
            }
        }
    }
}
