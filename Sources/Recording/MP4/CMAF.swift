/// Fragmented MP4 (ISO/IEC 14496-12, 8.8; ISO/IEC 23000-19): what a segment's plaintext consists of.
package enum CMAF {
    /// What a segment begins with: `ftyp` and `moov`. There is no edit list, so that decode times are those of the fragments.
    package static func initialization(video: VideoTrack, sound: SoundTrack?) -> [UInt8] {
        var out = BoxWriter(capacity: 1024)
        out.box("ftyp") {
            $0.text("iso6")
            $0.u32(0)
            // CMAF knows only tracks for themselves.
            $0.text(sound == nil ? "iso6cmfcmp41" : "iso6mp41")
        }
        out.box("moov") {
            MovieBoxes.movieHeader(created: nil, duration: 0, to: &$0)
            MovieBoxes.track(
                .init(video), entry: { SampleEntry.write(video, to: &$0) }, edits: { _ in }, tables: emptyTables, to: &$0)
            if let sound {
                MovieBoxes.track(
                    .init(sound), entry: { SampleEntry.write(sound, to: &$0) }, edits: { _ in }, tables: emptyTables, to: &$0)
            }
            $0.box("mvex") {
                for kind in sound == nil ? [TrackKind.video] : [.video, .sound] {
                    $0.fullBox("trex") {
                        $0.u32(kind.rawValue)
                        $0.u32(1)
                        $0.zeros(12)
                    }
                }
            }
        }
        return out.finish()
    }

    /// What lies ahead of a fragment's samples: `moof` and the head of an `mdat` that is just long enough for them.
    /// - Parameters:
    ///   - sequence: Number of the fragment in its segment; players want it to grow.
    ///   - runs: In the order in which their bytes follow. Runs without samples leave no trace. Numbers that no file can hold are held to
    ///     the nearest that one can.
    package static func fragmentHeader(sequence: UInt32, runs: [TrackRun]) -> [UInt8] {
        let runs = runs.filter { !$0.samples.isEmpty }
        var out = BoxWriter(capacity: 128 + runs.reduce(0) { $0 + $1.samples.count * 16 })
        var places: [Int] = []
        out.box("moof") {
            $0.fullBox("mfhd") { $0.u32(sequence) }
            for run in runs { places.append(FragmentBoxes.write(run, to: &$0)) }
        }
        let sizes = runs.map(FragmentBoxes.size)
        let content = sizes.reduce(0) { $0.addingClamped($1) }
        let isLarge = content > Int(UInt32.max) - 8
        let head = isLarge ? 16 : 8
        var offset = out.count + head
        for (place, size) in zip(places, sizes) {
            out.set(UInt32(clamping: offset), at: place)
            offset = offset.addingClamped(size)
        }
        out.u32(isLarge ? 1 : UInt32(clamping: content + head))
        out.text("mdat")
        if isLarge { out.u64(Int64(content.addingClamped(head))) }
        return out.finish()
    }

    /// A box that readers pass over.
    /// - Parameter length: Bytes; at least 8, and held to that.
    package static func freeBox(length: Int) -> [UInt8] {
        let length = max(8, length)
        var out = BoxWriter(capacity: length)
        out.box("free") { $0.zeros(length - 8) }
        return out.finish()
    }

    /// Samples are in the fragments.
    private static func emptyTables(_ out: inout BoxWriter) {
        for type in ["stts", "stsc"] { out.fullBox(type) { $0.u32(0) } }
        out.fullBox("stsz") { $0.zeros(8) }
        out.fullBox("stco") { $0.u32(0) }
    }
}
