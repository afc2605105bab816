/// What an account is for. The raw values stand in the store and in answers.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// Sees what happens.
    case viewer
    /// Also acknowledges, keeps, corrects, and sets what cameras look for.
    case `operator`
    /// Also nodes, cameras and accounts.
    case administrator
}
