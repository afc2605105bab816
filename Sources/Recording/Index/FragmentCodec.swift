package import Base

/// The compact form of a segment's fragments, one after the other: what a fragment has in common with the one before costs nothing.
///
/// A frame of video costs about two bytes, the difference of its size from that of the last frame of its kind, and its fragment ten or so. Both
/// sides keep the same state, so fragments are read in the order in which they were written, from the first on.
///
/// A fragment is: flags; where it does not begin at the end of the one before, its offset; the length of its header; its padding, if any; its
/// wall-clock time as a difference from what was to be expected; the number of runs, and for each its track, its decode time as a difference
/// from the end of the one before, flags, the number of samples, and what the flags leave open of durations, shifts, keyframes and sizes.
package struct FragmentCodec: Sendable {
    private var end: Int64 = 0
    /// The time of day at which the next fragment begins if nothing is missing.
    private var expected: Timestamp
    private var tracks: [TrackKind: TrackState] = [:]

    private struct TrackState {
        var decodeEnd: Int64 = 0
        var duration = 0
        var shift = 0
        var keySize = 0
        var size = 0

        mutating func take(_ sample: MediaSample) {
            duration = sample.duration
            shift = sample.shift
            if sample.isKeyframe { keySize = sample.size } else { size = sample.size }
        }
    }

    private enum Flag {
        static let moved: UInt8 = 1
        static let padded: UInt8 = 2
        static let sameDurations: UInt8 = 1
        static let sameShifts: UInt8 = 2
        static let firstIsKey: UInt8 = 4
        static let othersAreKey: UInt8 = 8
        static let mixedKeys: UInt8 = 16
    }

    /// Samples that a fragment can have: more is no fragment of half a second.
    package static let maximumSamples = 10_000

    /// - Parameter start: The segment's wall-clock time.
    package init(start: Timestamp) { expected = start }

    package mutating func encode(_ fragment: FragmentRecord, to out: inout [UInt8]) {
        var flags: UInt8 = 0
        if fragment.offset != end { flags |= Flag.moved }
        if fragment.padding != 0 { flags |= Flag.padded }
        out.append(flags)
        if fragment.offset != end { ByteWriter.append(fragment.offset, to: &out) }
        ByteWriter.append(Int64(fragment.headerLength), to: &out)
        if fragment.padding != 0 { ByteWriter.append(Int64(fragment.padding), to: &out) }
        ByteWriter.append(signed: fragment.start.microseconds &- expected.microseconds, to: &out)
        ByteWriter.append(Int64(fragment.runs.count), to: &out)
        for run in fragment.runs { encode(run, to: &out) }
        advance(past: fragment)
    }

    private mutating func encode(_ run: TrackRun, to out: inout [UInt8]) {
        var state = tracks[run.track] ?? TrackState()
        out.append(run.track.rawValue)
        ByteWriter.append(signed: run.decodeTime &- state.decodeEnd, to: &out)
        ByteWriter.append(Int64(run.samples.count), to: &out)
        let sameDurations = run.samples.allSatisfy { $0.duration == state.duration }
        let sameShifts = run.samples.allSatisfy { $0.shift == state.shift }
        let first = run.samples.first?.isKeyframe ?? false
        let other = run.samples.dropFirst().first?.isKeyframe ?? false
        let isMixed = !run.samples.dropFirst().allSatisfy { $0.isKeyframe == other }
        var flags: UInt8 = 0
        if sameDurations { flags |= Flag.sameDurations }
        if sameShifts { flags |= Flag.sameShifts }
        if first { flags |= Flag.firstIsKey }
        if other { flags |= Flag.othersAreKey }
        if isMixed { flags |= Flag.mixedKeys }
        out.append(flags)
        for sample in run.samples {
            if isMixed { out.append(sample.isKeyframe ? 1 : 0) }
            if !sameDurations { ByteWriter.append(signed: Int64(sample.duration - state.duration), to: &out) }
            if !sameShifts { ByteWriter.append(signed: Int64(sample.shift - state.shift), to: &out) }
            ByteWriter.append(signed: Int64(sample.size - (sample.isKeyframe ? state.keySize : state.size)), to: &out)
            state.take(sample)
        }
        tracks[run.track] = state
    }

    /// The next fragment.
    /// - Returns: Nil for bytes that are none, after which the rest cannot be read either.
    package mutating func decode(_ bytes: ArraySlice<UInt8>) -> FragmentRecord? {
        var reader = ByteReader(bytes)
        guard let fragment = decode(&reader), reader.isAtEnd else { return nil }
        return fragment
    }

    mutating func decode(_ reader: inout ByteReader) -> FragmentRecord? {
        guard let flags = reader.byte(), let offset = flags & Flag.moved != 0 ? reader.number() : end,
            let headerLength = reader.number(), let padding = flags & Flag.padded != 0 ? reader.number() : 0,
            let late = reader.signed(), let count = reader.number(), count <= 2
        else { return nil }
        guard headerLength < 1 << 24, padding < 1 << 24, offset < 1 << 48 else { return nil }
        var runs: [TrackRun] = []
        for _ in 0..<count {
            guard let run = decodeRun(&reader), !runs.contains(where: { $0.track == run.track }) else { return nil }
            runs.append(run)
        }
        let fragment = FragmentRecord(
            offset: offset, headerLength: Int(headerLength), padding: Int(padding),
            start: Timestamp(microseconds: expected.microseconds &+ late), runs: runs)
        advance(past: fragment)
        return fragment
    }

    private mutating func decodeRun(_ reader: inout ByteReader) -> TrackRun? {
        guard let track = reader.byte().flatMap(TrackKind.init), let step = reader.signed(), let count = reader.number(),
            count <= Self.maximumSamples, let flags = reader.byte()
        else { return nil }
        var state = tracks[track] ?? TrackState()
        let decodeTime = state.decodeEnd &+ step
        guard (0..<1 << 48).contains(decodeTime) else { return nil }
        var samples: [MediaSample] = []
        samples.reserveCapacity(Int(count))
        for index in 0..<Int(count) {
            guard let sample = decodeSample(&reader, flags: flags, isFirst: index == 0, state) else { return nil }
            samples.append(sample)
            state.take(sample)
        }
        tracks[track] = state
        return TrackRun(track: track, decodeTime: decodeTime, samples: samples)
    }

    private func decodeSample(_ reader: inout ByteReader, flags: UInt8, isFirst: Bool, _ state: TrackState) -> MediaSample? {
        var isKeyframe = flags & (isFirst ? Flag.firstIsKey : Flag.othersAreKey) != 0
        if flags & Flag.mixedKeys != 0 {
            guard let key = reader.byte() else { return nil }
            isKeyframe = key == 1
        }
        guard let duration = flags & Flag.sameDurations != 0 ? 0 : reader.signed(),
            let shift = flags & Flag.sameShifts != 0 ? 0 : reader.signed(), let size = reader.signed()
        else { return nil }
        let sample = (
            size: Int64(isKeyframe ? state.keySize : state.size) &+ size, duration: Int64(state.duration) &+ duration,
            shift: Int64(state.shift) &+ shift
        )
        // What does not fit the 32 bits of an MP4 file was never written.
        guard (0...Int64(Int32.max)).contains(sample.size), (0...Int64(Int32.max)).contains(sample.duration),
            (0...Int64(Int32.max)).contains(sample.shift)
        else { return nil }
        return MediaSample(
            size: Int(sample.size), duration: Int(sample.duration), shift: Int(sample.shift), isKeyframe: isKeyframe)
    }

    private mutating func advance(past fragment: FragmentRecord) {
        end = fragment.end
        for run in fragment.runs { tracks[run.track, default: TrackState()].decodeEnd = run.decodeTime &+ run.duration }
        expected = fragment.wallEnd
    }
}
