/// Labels among which a detector wavers, so that one thing may be called by several of them: what is followed is a thing of a family, and
/// its label is voted on.
package enum ObjectFamily: String, Sendable, Hashable, CaseIterable {
    case person
    case animal
    case vehicle

    /// - Parameter label: Of COCO.
    /// - Returns: Nil for what nobody watches for: furniture, food, things that people carry.
    package init?(label: String) {
        switch label {
        case "person": self = .person
        case "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe": self = .animal
        case "bicycle", "car", "motorcycle", "bus", "train", "truck", "boat", "airplane": self = .vehicle
        default: return nil
        }
    }
}
