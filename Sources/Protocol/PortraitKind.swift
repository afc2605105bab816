/// What a portrait shows.
package enum PortraitKind: String, Sendable, Hashable, CaseIterable {
    /// A person's face.
    case face
    /// A whole animal.
    case animal
}
