/// Labels among which a detector wavers, so that one thing may be called by several of them: what is followed is a thing of a family, and
/// its label is voted on.
package enum ObjectFamily: String, Sendable, Hashable, CaseIterable {
    case person
    case animal
    case vehicle

    /// What a second look calls an animal that the detector has no word for.
    package static let anyAnimal = "animal"

    /// - Parameter label: Of COCO, or `anyAnimal`.
    /// - Returns: Nil for what nobody watches for: furniture, food, things that people carry.
    package init?(label: String) {
        switch label {
        case "person": self = .person
        case "bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", Self.anyAnimal: self = .animal
        case "bicycle", "car", "motorcycle", "bus", "train", "truck", "boat", "airplane": self = .vehicle
        default: return nil
        }
    }
}
