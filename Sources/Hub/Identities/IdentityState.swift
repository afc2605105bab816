/// How sure the hub is of who was seen. The raw values stand in the store and in answers.
package enum IdentityState: String, Sendable, Hashable, CaseIterable {
    /// Nobody has compared the portrait yet.
    case pending
    case known
    /// "Probably": like somebody, not enough to say so.
    case probable
    /// Like nobody who has a name.
    case unknown
}
