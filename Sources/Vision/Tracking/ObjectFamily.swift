/// Kinds among which a detector wavers, so that one thing may be called by several of their labels: what is followed is a thing of a family, and
/// its label is voted on.
package enum ObjectFamily: String, Sendable, Hashable, CaseIterable {
    case person
    case animal
    case vehicle

    /// What a second look calls an animal that the detector has no word for.
    package static let anyAnimal = "animal"

    /// The label of somebody of whom nothing but a face was found.
    package static let faceAlone = "face"
}
