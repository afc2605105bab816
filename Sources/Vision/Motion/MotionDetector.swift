package import MediaTypes

/// Finds moving things in the reduced brightness images of one camera, in the order of their times.
///
/// A background with per-pixel noise (`Background`) tells what differs; differences that hang together and are large enough are
/// things; a thing seen for the minimum duration is motion. Light changes of the whole picture are fitted and followed
/// (`LightChange`); a picture that changes altogether, as at the switch to infrared, starts the background anew. What stood in the
/// picture from the start and leaves, and what arrives and then stays still, are taken into the background.
package struct MotionDetector: Sendable {
    package private(set) var settings: MotionSettings

    private var background: Background?
    private var raster: ZoneRaster?
    private var regions = ForegroundRegions()
    private var mask: [UInt8] = []
    private var protected: [UInt8] = []
    private var things: [MovingThing] = []
    /// The picture of the last learning step: what differs from it moved since.
    private var previous: [Int16] = []
    private var learned: MediaTime?
    private var newest: MediaTime?
    private var unsettledUntil: MediaTime?
    private var foregroundShare = 0.0
    private var learningSteps = 0

    /// Seconds of clip time between learning steps.
    private static let learningInterval = 0.35
    /// Time constants of learning, seconds.
    private static let meanConstant = 10.0
    private static let noiseConstant = 8.0
    /// A thing not seen for this long, in seconds, is gone.
    private static let patience = 0.3
    /// A moving thing that is not seen for this long, in seconds, still counts as seen.
    private static let bridge = 0.11
    /// A thing in which nothing moves for this long becomes background.
    private static let stillLimit = 45.0
    /// A still hole in the background (something left that was learned) becomes background after this.
    private static let ghostLimit = 0.7
    /// After a start or an upheaval of the whole picture nothing is motion for this long.
    private static let settlingTime = 1.0

    package init(settings: MotionSettings = MotionSettings()) {
        self.settings = settings
    }

    /// Takes the next picture. Pictures whose time is not after the last one's are seen, but time does not pass.
    package mutating func observe(_ luma: ReducedLuma, at time: MediaTime) -> MotionObservation {
        let now = max(time, newest ?? time)
        newest = now
        guard luma.width >= 4, luma.height >= 4 else { return MotionObservation() }
        guard background?.width == luma.width, background?.height == luma.height else {
            begin(luma, at: now)
            return MotionObservation(reasons: ["learning the scene"])
        }
        return look(luma, at: now)
    }

    /// Looks for other things from the next picture on. What is known of the scene stays; what was moving is found again.
    package mutating func change(to settings: MotionSettings) {
        self.settings = settings
        things = []
        guard let size = background.map({ (width: $0.width, height: $0.height) }) else { return }
        let raster = ZoneRaster(settings, width: size.width, height: size.height)
        background?.setSensitivity(raster.sensitivity)
        self.raster = raster
    }

    /// The stream was opened anew and its clock may start anywhere: what is known of the scene stays, what was moving is forgotten.
    package mutating func restartClock() {
        newest = nil
        learned = nil
        unsettledUntil = nil
        things = []
    }

    /// Whether a picture differs from the background enough to look closer. Changes nothing that `observe` sees.
    package mutating func suspects(_ luma: ReducedLuma) -> Bool {
        guard var background, let raster, background.width == luma.width, background.height == luma.height else { return true }
        let change = LightChange.fit(from: background.mean, to: luma.pixels, width: luma.width, height: luma.height)
        if change.isImplausible { return true }
        if change.largestShift > Self.worthFollowing { background.follow(change) }
        background.classify(luma.pixels, into: &mask)
        regions.find(in: mask, allowed: raster.allowed, width: luma.width, height: luma.height)
        let least = leastArea * 0.5 * Double(luma.pixels.count)
        return regions.regions.contains { Double($0.area) >= least }
    }

    /// Shifts below one step of 8-bit luma are left to learning.
    private static let worthFollowing: Int32 = 64

    private var leastArea: Double {
        settings.zones.reduce(settings.zones.isEmpty ? settings.minimumArea : 1) { min($0, $1.minimumArea ?? settings.minimumArea) }
    }

    private mutating func begin(_ luma: ReducedLuma, at now: MediaTime) {
        let raster = ZoneRaster(settings, width: luma.width, height: luma.height)
        background = Background(luma, sensitivity: raster.sensitivity)
        self.raster = raster
        mask = [UInt8](repeating: 0, count: luma.pixels.count)
        protected = mask
        previous = luma.pixels
        things = []
        learned = now
        unsettledUntil = now.advanced(bySeconds: Self.settlingTime)
        foregroundShare = 0
        learningSteps = 1
    }

    private mutating func look(_ luma: ReducedLuma, at now: MediaTime) -> MotionObservation {
        guard var background = background.take(), let raster else { return MotionObservation() }
        defer { self.background = background }
        var reasons: [String] = []
        let change = LightChange.fit(from: background.mean, to: luma.pixels, width: luma.width, height: luma.height)
        if !change.isImplausible, change.largestShift > Self.worthFollowing { background.follow(change) }
        background.classify(luma.pixels, into: &mask)
        regions.find(in: mask, allowed: raster.allowed, width: luma.width, height: luma.height)
        let share = Double(regions.foreground) / Double(luma.pixels.count)
        if change.isImplausible || (share > 0.5 && foregroundShare < 0.25) {
            background.restart(luma.pixels)
            things = []
            previous = luma.pixels
            learned = now
            learningSteps = 1
            unsettledUntil = now.advanced(bySeconds: Self.settlingTime)
            foregroundShare = 0
            return MotionObservation(suspicion: true, reasons: ["the whole picture changed at once"])
        }
        foregroundShare = share
        follow(luma, background: background, raster: raster, at: now)
        if now.seconds(since: learned ?? now) >= Self.learningInterval {
            learn(luma, into: &background, at: now)
        }
        if abs(change.midShift) > 4 { reasons.append("light changed") }
        return summary(at: now, reasons: reasons)
    }

    /// Matches the regions found with the things known.
    private mutating func follow(_ luma: ReducedLuma, background: Background, raster: ZoneRaster, at now: MediaTime) {
        let pixelCount = Double(luma.pixels.count)
        things.removeAll { now.seconds(since: $0.last) > max(Self.patience, $0.confirmed ? 0.5 : 0) }
        let measured = RegionMeasure.all(
            in: regions, of: luma, background: background, raster: raster,
            zoneCount: raster.zones.isEmpty ? 0 : min(settings.zones.count, ZoneRaster.mostZones))
        for (number, region) in regions.regions.enumerated() {
            let area = Double(region.area) / pixelCount
            guard area >= leastArea * 0.5 else { continue }
            if measured[number].isSoft(area: area) { continue }
            let zoneAreas = measured[number].zoneAreas
            let zones = zonesHit(zoneAreas, of: pixelCount)
            let isLarge = settings.zones.isEmpty ? area >= settings.minimumArea : zones != 0
            guard isLarge || settings.zones.isEmpty || zonesHit(zoneAreas, of: pixelCount * 0.5) != 0 else { continue }
            let part = MovingThing.Part(
                box: region.box(inWidth: luma.width, height: luma.height), region: Int32(number), area: area,
                mass: area * measured[number].strength, isDark: measured[number].darkness > 0.95, isLarge: isLarge, zones: zones)
            if let known = things.indices.filter({ things[$0].reaches(part.box, at: now) })
                .max(by: { things[$0].sightings < things[$1].sightings })
            {
                things[known].take(part, at: now)
            } else {
                things.append(MovingThing(part, at: now))
            }
        }
        let settling = unsettledUntil.map { now < $0 } ?? false
        for index in things.indices where !things[index].confirmed && !settling {
            let thing = things[index]
            things[index].confirmed = thing.largeSightings >= 2 && now.seconds(since: thing.first) >= leastDuration(thing.zones) - 1e-6
        }
    }

    private func leastDuration(_ zones: UInt16) -> Double {
        var least = settings.zones.isEmpty ? settings.minimumDuration : Double.infinity
        for (number, zone) in settings.zones.prefix(ZoneRaster.mostZones).enumerated() where zones & (1 << UInt16(number)) != 0 {
            least = min(least, zone.minimumDuration ?? settings.minimumDuration)
        }
        return least
    }

    private func zonesHit(_ areas: [Int], of pixelCount: Double) -> UInt16 {
        var hit: UInt16 = 0
        for (number, zone) in settings.zones.prefix(ZoneRaster.mostZones).enumerated() {
            let least = (zone.minimumArea ?? settings.minimumArea) * pixelCount
            if number < areas.count, Double(areas[number]) >= least { hit |= 1 << UInt16(number) }
        }
        return hit
    }

    private mutating func learn(_ luma: ReducedLuma, into background: inout Background, at now: MediaTime) {
        let elapsed = min(max(now.seconds(since: learned ?? now), 0), 60)
        learned = now
        learningSteps += 1
        for index in protected.indices { protected[index] = 0 }
        absorbStill(luma, into: &background, at: now)
        for thing in things where thing.confirmed && thing.last == now {
            for box in thing.boxes { protect(box, width: luma.width, height: luma.height) }
        }
        let fresh = 1 / Double(min(learningSteps, 1000))
        background.learn(
            luma.pixels, protected: protected, meanRate: Self.rate(elapsed, Self.meanConstant, atLeast: fresh),
            noiseRate: Self.rate(elapsed, Self.noiseConstant, atLeast: fresh / 2))
        previous = luma.pixels
    }

    private static func rate(_ elapsed: Double, _ constant: Double, atLeast least: Double) -> Int32 {
        // 2 + elapsed / constant is the first-order Padé form of 1 − exp(−x), without the call.
        let x = elapsed / constant
        return Int32(min(max(2 * x / (2 + x), least), 1) * 32_767) * 2
    }

    /// Marks a thing's box, grown by two pixels, as not to be learned.
    private mutating func protect(_ box: Box, width: Int, height: Int) {
        let left = max(0, Int(box.x * Double(width)) - 2)
        let right = min(width, Int((box.maxX * Double(width)).rounded(.up)) + 2)
        let top = max(0, Int(box.y * Double(height)) - 2)
        let bottom = min(height, Int((box.maxY * Double(height)).rounded(.up)) + 2)
        guard left < right, top < bottom else { return }
        for row in top..<bottom {
            for x in left..<right { protected[row * width + x] = 1 }
        }
    }

    /// Takes still things into the background: at once when they are holes that something left, late when they are things that stay.
    private mutating func absorbStill(_ luma: ReducedLuma, into background: inout Background, at now: MediaTime) {
        var absorbed = [UInt8]()
        for index in things.indices.reversed() where things[index].last == now {
            let parts = Set(things[index].parts.map(\.region))
            let stillness = stillness(of: parts, in: luma, background: background)
            guard stillness.still else {
                things[index].stillSince = nil
                continue
            }
            let since = things[index].stillSince ?? now
            things[index].stillSince = since
            guard now.seconds(since: since) >= (stillness.ghost ? Self.ghostLimit : Self.stillLimit) else { continue }
            if absorbed.isEmpty { absorbed = [UInt8](repeating: 0, count: luma.pixels.count) }
            for run in regions.runs where parts.contains(run.region) {
                for row in max(0, Int(run.row) - 2)...min(luma.height - 1, Int(run.row) + 2) {
                    for x in max(0, Int(run.from) - 2)..<min(luma.width, Int(run.to) + 2) { absorbed[row * luma.width + x] = 1 }
                }
            }
            things.remove(at: index)
        }
        if !absorbed.isEmpty { background.absorb(luma.pixels, where: absorbed) }
    }

    /// - Returns: `still`: under 3 % of the parts' pixels changed since the last learning step. `ghost`: along its outline the
    ///   background has stronger edges than the picture, so the thing is in the background and not in the picture.
    private func stillness(of parts: Set<Int32>, in luma: ReducedLuma, background: Background) -> (still: Bool, ghost: Bool) {
        var changed = 0
        var area = 0
        var edgesNow = 0
        var edgesBefore = 0
        let width = luma.width
        for run in regions.runs where parts.contains(run.region) {
            let start = Int(run.row) * width
            for x in Int(run.from)..<Int(run.to) {
                let at = start + x
                area += 1
                if abs(Int32(luma.pixels[at]) - Int32(previous[at])) * 2 > Int32(background.threshold(at)) { changed += 1 }
            }
            for x in [Int(run.from), Int(run.to) - 1] where x >= 2 && x < width - 2 {
                let at = start + x
                edgesNow += abs(Int(luma.pixels[at + 2]) - Int(luma.pixels[at - 2]))
                edgesBefore += abs(Int(background.mean[at + 2]) - Int(background.mean[at - 2]))
            }
        }
        return (changed * 33 < area, edgesBefore * 4 > edgesNow * 5)
    }

    private func summary(at now: MediaTime, reasons: [String]) -> MotionObservation {
        let live = things.filter { $0.confirmed && !$0.isFading }
        let leaving = things.contains { $0.last == now && $0.isFading }
        let seen = live.filter { $0.last == now }
        let missed = seen.isEmpty && !leaving ? live.filter { now.seconds(since: $0.last) <= Self.bridge } : []
        let moving = (seen + missed).sorted { $0.area > $1.area }
        let suspects = things.filter { !$0.confirmed && $0.last == now }.flatMap(\.boxes)
        guard let largest = moving.first else {
            return MotionObservation(suspicion: !things.isEmpty, suspects: suspects, reasons: reasons)
        }
        var reasons = reasons
        let score =
            moving.map { thing in
                let size = (thing.area / max(leastArea, 1e-6)).squareRoot()
                let x = size * max(0.1, thing.strength - 0.5)
                return x / (1 + x)
            }.max() ?? 0
        let area = moving.reduce(0) { $0 + $1.area }
        let zoneBits = moving.reduce(UInt16(0)) { $0 | $1.zones }
        let zones = settings.zones.prefix(ZoneRaster.mostZones).enumerated().filter { zoneBits & (1 << UInt16($0.offset)) != 0 }
            .map(\.element.name)
        reasons.insert(
            "\(moving.count) moving, the largest covers \(percent(largest.area)) of the picture and differs \(oneDecimal(largest.strength))"
                + " times the threshold", at: 0)
        return MotionObservation(
            motion: true, score: score, area: area, boxes: moving.flatMap(\.boxes), zones: zones, since: moving.map(\.first).min(),
            suspicion: true, suspects: suspects, reasons: reasons)
    }
}

private func oneDecimal(_ value: Double) -> String {
    let tenths = Int((min(max(value, 0), 1e6) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
}

private func percent(_ fraction: Double) -> String { oneDecimal(fraction * 100) + " %" }
