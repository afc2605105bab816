/// What came of a new rule.
package enum PetRuleOutcome: Sendable, Hashable {
    case added
    /// There is no pet of the id.
    case unknownPet
    /// There are as many rules as there may be.
    case tooMany
}
