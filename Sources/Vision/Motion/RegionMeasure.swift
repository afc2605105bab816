/// What one foreground region looks like against the background.
struct RegionMeasure: Sendable {
    /// Mean deviation in multiples of the threshold.
    var strength = 0.0
    /// Share of its pixels that are darker than the background.
    var darkness = 0.0
    /// Foreground pixels in each zone.
    var zoneAreas: [Int]
    /// Pixels at which the brightness ratio to the background jumps, per pixel of half the box's circumference.
    ///
    /// A thing has an outline. A shadow's penumbra, a glow and a cloud's edge change the ratio softly, and leave it smooth even where
    /// the ground is textured.
    var sharpness = 0.0

    /// Whether it is a change of light, not a thing: 0.0–0.35 was measured for soft shadows, from 0.85 up for people and cars by day and
    /// in noise. Small things may have little outline.
    func isSoft(area: Double) -> Bool { sharpness < (area >= Self.leastSoftArea ? Self.softLimit : Self.softLimitOfSmall) }

    private static let softLimit = 0.5
    private static let softLimitOfSmall = 0.08
    /// Fraction of the picture.
    private static let leastSoftArea = 0.0026

    /// Measures all regions in one pass over their runs.
    static func all(
        in regions: ForegroundRegions, of luma: ReducedLuma, background: Background, raster: ZoneRaster, zoneCount: Int
    ) -> [RegionMeasure] {
        var measures = [RegionMeasure](
            repeating: RegionMeasure(zoneAreas: [Int](repeating: 0, count: zoneCount)), count: regions.regions.count)
        for run in regions.runs {
            measures[Int(run.region)].add(run, of: luma, background: background, raster: raster, zoneCount: zoneCount)
        }
        for (index, region) in regions.regions.enumerated() where region.area > 0 {
            measures[index].strength /= Double(region.area)
            measures[index].darkness /= Double(region.area)
            measures[index].sharpness /= Double(region.right - region.left + region.bottom - region.top)
        }
        return measures
    }

    private mutating func add(
        _ run: ForegroundRegions.Run, of luma: ReducedLuma, background: Background, raster: ZoneRaster, zoneCount: Int
    ) {
        let width = luma.width
        // Cleaning leaves the outermost rows and columns empty, so each pixel of a run has four neighbours.
        for at in (Int(run.row) * width + Int(run.from))..<(Int(run.row) * width + Int(run.to)) {
            let threshold = Float(background.threshold(at))
            let ground = Float(background.mean[at])
            strength += Double(abs(Float(luma.pixels[at]) - ground) / max(1, threshold))
            if luma.pixels[at] < background.mean[at] { darkness += 1 }
            func ratio(_ index: Int) -> Float { Float(luma.pixels[index]) / max(64, Float(background.mean[index])) }
            let across = abs(ratio(at + 1) - ratio(at - 1))
            let down = abs(ratio(at + width) - ratio(at - width))
            if max(across, down) * ground > threshold { sharpness += 1 }
            for zone in 0..<zoneCount where raster.zones[at] & (1 << UInt16(zone)) != 0 { zoneAreas[zone] += 1 }
        }
    }
}
