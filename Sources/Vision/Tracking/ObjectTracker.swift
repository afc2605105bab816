package import MediaTypes

/// Follows things from picture to picture, in the manner of ByteTrack (Zhang et al. 2022): sure detections find their tracks first, doubtful
/// ones then may only go on with what is followed already. Boxes are compared after they were grown (C-BIoU, Yang et al. 2023), since a camera
/// is looked at a few times a second and what is small and quick has left its box by then.
package struct ObjectTracker: Sendable {
    /// How like a track a detection must be.
    private struct Likeness {
        /// By which boxes are grown on each side before they are compared.
        var growth: Double
        /// The same for each second for which it was not seen: the longer, the further away it may be.
        var growthPerSecond = 0.0
        /// Overlap of the grown boxes, at least.
        var least: Double
    }

    private static let sure = Likeness(growth: 0.5, least: 0.15)
    private static let late = Likeness(growth: 0.5, growthPerSecond: 0.5, least: 0.15)
    /// As in ByteTrack: what is doubtful must be where it is looked for.
    private static let doubtful = Likeness(growth: 0, least: 0.5)
    /// Overlap with what was taken for something else from which a detection corrects that.
    private static let correction = 0.4
    /// Overlap with something that is followed already from which a detection is taken to be that.
    private static let duplicate = 0.6
    /// By which another is grown on each side to tell what may be behind it.
    private static let company = 0.25
    /// Share of a detection that lies within something that is followed from which it is taken to be a part of it.
    private static let part = 0.85

    package var settings: TrackerSettings
    package private(set) var tracks: [ObjectTrack] = []
    private var count = 0

    package init(settings: TrackerSettings = TrackerSettings()) { self.settings = settings }

    /// Takes what one look at a picture found.
    /// - Parameters:
    ///   - detections: Those of no kind are passed over.
    ///   - covered: The parts of the picture that were looked at: what is elsewhere is not missed.
    ///   - motion: What moves in the picture.
    /// - Returns: Tracks that are over, as they were last seen.
    package mutating func update(_ detections: [Detection], at time: MediaTime, covered: [Box], motion: [Box]) -> [ObjectTrack] {
        let former = Dictionary(tracks.map { ($0.number, $0.box) }) { $1 }
        for index in tracks.indices {
            if tracks[index].companion == nil { tracks[index].predict(to: time) } else { tracks[index].wait(until: time) }
        }
        var seen: Set<Int> = []
        var left: [Detection] = []
        for family in ObjectFamily.allCases {
            let mine = detections.filter { $0.kind?.family == family }
            left += associate(mine, family, at: time, motion: motion, seen: &seen)
        }
        adopt(left, at: time, motion: motion, seen: &seen)
        for index in tracks.indices where !seen.contains(tracks[index].number) && Self.isCovered(tracks[index].box, by: covered) {
            tracks[index].miss(at: time)
        }
        keepCompany(former, seen)
        return removeGone(at: time)
    }

    /// Nothing is followed any more.
    /// - Returns: What was.
    package mutating func removeAll() -> [ObjectTrack] {
        defer { tracks = [] }
        return tracks
    }

    private mutating func associate(
        _ detections: [Detection], _ family: ObjectFamily, at time: MediaTime, motion: [Box], seen: inout Set<Int>
    ) -> [Detection] {
        var sure = detections.filter(settings.mayBegin)
        let all = tracks.indices.filter { tracks[$0].family == family }
        func take(_ pairs: [(detection: Detection, track: Int?)]) -> [Detection] {
            var left: [Detection] = []
            for (detection, track) in pairs {
                guard let track else {
                    left.append(detection)
                    continue
                }
                tracks[track].see(detection, at: time, motion: motion, settings: settings)
                seen.insert(tracks[track].number)
            }
            return left
        }
        // What is believed comes first: something new that was seen once does not take its place.
        sure = take(match(sure, all.filter { tracks[$0].isConfirmed }, at: time, Self.sure))
        sure = take(match(sure, all.filter { tracks[$0].isConfirmed && !seen.contains(tracks[$0].number) }, at: time, Self.late))
        let left = take(match(sure, all.filter { !tracks[$0].isConfirmed }, at: time, Self.sure))
        let missing = all.filter { !seen.contains(tracks[$0].number) }
        _ = take(match(detections.filter { !settings.mayBegin($0) }, missing, at: time, Self.doubtful))
        return left.filter { detection in !all.contains { Self.isSame(detection, as: tracks[$0]) } }
    }

    /// What is left over is what was taken for something else before, in the same place, or something new.
    private mutating func adopt(_ left: [Detection], at time: MediaTime, motion: [Box], seen: inout Set<Int>) {
        for detection in left {
            let other = tracks.indices.first {
                !seen.contains(tracks[$0].number) && tracks[$0].box.overlap(detection.box) > Self.correction
            }
            if let other {
                tracks[other].see(detection, at: time, motion: motion, settings: settings)
                seen.insert(tracks[other].number)
            } else if let number = begin(detection, at: time, motion: motion) {
                seen.insert(number)
            }
        }
    }

    /// - Returns: The number of the new track; nil where there is no room.
    private mutating func begin(_ detection: Detection, at time: MediaTime, motion: [Box]) -> Int? {
        if tracks.count >= settings.limit {
            guard let weakest = tracks.indices.filter({ !tracks[$0].isConfirmed }).min(by: { tracks[$0].evidence < tracks[$1].evidence })
            else { return nil }
            tracks.remove(at: weakest)
        }
        count += 1
        var track = ObjectTrack(number: count, detection, at: time)
        track.note(motion, at: time)
        tracks.append(track)
        return count
    }

    /// Pairs each detection with one of the tracks, or none.
    private func match(
        _ detections: [Detection], _ candidates: [Int], at time: MediaTime, _ wanted: Likeness
    ) -> [(detection: Detection, track: Int?)] {
        guard !detections.isEmpty, !candidates.isEmpty else { return detections.map { ($0, nil) } }
        let likeness = detections.map { detection in
            candidates.map { candidate in
                let unseen = time.seconds(since: tracks[candidate].last)
                let growth = wanted.growth + min(wanted.growthPerSecond * max(0, unseen), 2)
                return Self.likeness(tracks[candidate].box, detection.box, growth: growth)
            }
        }
        // A detection that is surer counts for more. A pair that cannot be costs more than any that can: nobody gives up a good one for it.
        let costs = zip(detections, likeness).map { detection, row in row.map { $0 >= wanted.least ? 1 - $0 * detection.score : 2 } }
        return zip(detections, LinearAssignment.solve(costs)).enumerated().map { row, pair in
            let (detection, column) = pair
            guard let column, likeness[row][column] >= wanted.least else { return (detection, nil) }
            return (detection, candidates[column])
        }
    }

    /// What vanishes in front of or behind another is taken to be there still: people who walk together hide each other for seconds.
    private mutating func keepCompany(_ former: [Int: Box], _ seen: Set<Int>) {
        for index in tracks.indices where tracks[index].misses > 0 && tracks[index].isConfirmed {
            let track = tracks[index]
            if let number = track.companion {
                guard let other = tracks.first(where: { $0.number == number }), let before = former[number] else {
                    tracks[index].join(nil)
                    continue
                }
                tracks[index].follow(byX: other.box.centreX - before.centreX, y: other.box.centreY - before.centreY)
            } else if track.misses == 2 {
                let near = tracks.first {
                    seen.contains($0.number) && $0.isConfirmed && $0.family == track.family
                        && $0.box.grown(by: Self.company).intersection(track.box) >= 0.5 * track.box.area
                }
                tracks[index].join(near?.number)
            }
        }
    }

    private static func likeness(_ followed: Box, _ box: Box, growth: Double) -> Double {
        let (one, other) = (followed.grown(by: growth), box.grown(by: growth))
        // Heights change less than widths do, from step to step and when somebody turns (Hybrid-SORT, Yang et al. 2024).
        let overlap = one.overlap(other) * min(one.height, other.height) / max(one.height, other.height, 1e-9)
        guard followed.touchesEdge, box.touchesEdge else { return overlap }
        // What leaves the picture, or comes, shows less or more of itself each time.
        return max(overlap, 0.5 * one.intersection(other) / max(min(one.area, other.area), 1e-9))
    }

    private mutating func removeGone(at time: MediaTime) -> [ObjectTrack] {
        let settings = settings
        func isGone(_ track: ObjectTrack) -> Bool {
            if !track.isConfirmed { return track.misses > 1 || time.seconds(since: track.first) > settings.doubt }
            let patience =
                track.companion != nil ? settings.patienceBehind : track.box.touchesEdge ? settings.patience : settings.patienceInside
            return track.misses >= settings.misses && time.seconds(since: track.last) >= patience
        }
        let gone = tracks.filter(isGone)
        tracks.removeAll(where: isGone)
        return gone
    }

    /// Whether what was detected beside what is followed is that itself, or a part of it.
    private static func isSame(_ detection: Detection, as track: ObjectTrack) -> Bool {
        let shared = detection.box.intersection(track.box)
        if shared >= part * detection.box.area || detection.box.overlap(track.box) > duplicate { return true }
        // A detector gives some things a second box that is far too large.
        return track.misses == 0 && shared >= part * track.box.area && detection.score < track.latestScore
    }

    private static func isCovered(_ box: Box, by regions: [Box]) -> Bool {
        guard let visible = box.clipped else { return true }
        return regions.contains { $0.intersection(visible) >= 0.6 * visible.area }
    }
}
