/// What became of a browser that wants to be told.
package enum PushOutcome: Sendable, Hashable {
    case added
    /// The account has `PushSubscription.limit` of them.
    case tooMany
    /// The session has ended.
    case signedOut
}
