/// What was found in the parts of one picture, made one: a thing may be seen in two of them, or only as far as a part goes.
package enum RegionDetections {
    /// Overlap from which two detections of a family are of one thing.
    private static let overlap = 0.6
    /// Share of a cut box that lies within another from which it is a piece of that.
    private static let piece = 0.7
    /// Overlap from which two detections are of one thing whatever they call it.
    private static let twin = 0.85
    /// Share of the score of something else from which what lies within that may be a thing of its own.
    private static let doubt = 0.75
    /// How near to a part's edge a box must end to be cut by it, as a share of the part.
    private static let edge = 0.02

    /// Share of a part that what is seen in it may fill, since a part is larger than what it is around by `RegionPlanner.margin` on each side: what
    /// fills all of it is a detector's word for a scene.
    private static let filling = 0.8

    /// - Parameters:
    ///   - found: For each part that was looked at, in fractions of the picture, what was found in it.
    ///   - places: What was to be looked at.
    /// - Returns: The best first.
    package static func merge(_ found: [(part: Box, detections: [Detection])], places: [Box]) -> [Detection] {
        var all: [(detection: Detection, isCut: Bool)] = []
        for (part, detections) in found {
            let asked = places.map { $0.intersection(part) }.max() ?? 0
            for detection in detections where detection.box.area < max(filling * part.area, 2 * asked) {
                all.append((detection, isCut(detection.box, by: part)))
            }
        }
        // A whole thing comes before a piece of it, whatever their scores.
        all.sort { ($0.isCut ? 1 : 0, -$0.detection.score) < ($1.isCut ? 1 : 0, -$1.detection.score) }
        var kept: [(detection: Detection, isCut: Bool)] = []
        for one in all where !kept.contains(where: { isSame(one, $0.detection) }) { kept.append(one) }
        return kept.map(\.detection).sorted { $0.score > $1.score }
    }

    private static func isSame(_ one: (detection: Detection, isCut: Bool), _ other: Detection) -> Bool {
        let likeness = one.detection.box.overlap(other.box)
        // A detector that wavers says two things of one.
        if likeness > twin { return true }
        guard family(one.detection) == family(other) else { return false }
        if likeness > overlap { return true }
        let shared = one.detection.box.intersection(other.box)
        let isDoubtful = one.detection.label == other.label && one.detection.score < doubt * other.score
        return (one.isCut || isDoubtful) && shared >= piece * one.detection.box.area
    }

    private static func family(_ detection: Detection) -> String { detection.kind?.family.rawValue ?? detection.label }

    /// Cut by an edge of the part that is not the picture's own.
    private static func isCut(_ box: Box, by part: Box) -> Bool {
        let (across, down) = (edge * part.width, edge * part.height)
        return part.x > 0 && box.x < part.x + across || part.y > 0 && box.y < part.y + down
            || part.maxX < 1 && box.maxX > part.maxX - across || part.maxY < 1 && box.maxY > part.maxY - down
    }
}
