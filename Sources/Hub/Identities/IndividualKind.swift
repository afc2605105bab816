package import Protocol

/// Who can be known: people by their faces, pets by their looks. The raw values stand in the store and in answers.
package enum IndividualKind: String, Sendable, Hashable, CaseIterable {
    case person
    case pet

    package init(_ portrait: PortraitKind) { self = portrait == .face ? .person : .pet }

    /// What they are known by.
    package var portrait: PortraitKind { self == .person ? .face : .animal }
}
