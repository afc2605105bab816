/// What may be changed about accounts. Pure: both stores ask it within their transactions.
enum AccountChange {
    /// Whether a link still has somebody behind it: whoever made it must be there, and administer everything.
    /// - Parameter grants: Of whoever made it; nil where there is nobody of that name.
    static func isUsable(_ link: AccountLink, by grants: [Grant]?) -> Bool { link.createdBy == nil || grants?.areAdministrators == true }

    /// The second factor's recovery codes without one; nil where it is none of them.
    /// - Parameter stored: Hashes, a blank between each two of them.
    static func recovery(_ stored: String, without hash: String) -> String? {
        let codes = stored.split(separator: " ")
        return codes.contains { $0 == hash } ? codes.filter { $0 != hash }.joined(separator: " ") : nil
    }

    /// What becomes of giving an account these rights, none of them where it is taken away.
    static func outcome(of name: String, _ grants: [Grant], among accounts: [AccountRecord]) -> AccountOutcome {
        guard accounts.contains(where: { $0.name == name }) else { return .unknown }
        if grants.areAdministrators || accounts.contains(where: { $0.name != name && $0.grants.areAdministrators }) { return .done }
        // An installation that has none already is not made worse.
        return accounts.contains { $0.grants.areAdministrators } ? .lastAdministrator : .done
    }
}
