package import Base

/// One line of the audit log: who did what, from where, to what.
package struct AuditEntry: Sendable, Hashable {
    /// Counts up; 0 before the store has it.
    package var id: Int64
    package var at: Timestamp
    /// Who; empty where it was done on the hub's own machine, or by whoever is not known.
    package var account: String
    /// IP address; empty on the hub's own machine.
    package var address: String
    /// A route as the router has it (`PUT /api/v1/cameras/{id}/config`), or a word for what no route does: see ``AuditWords``.
    package var action: String
    /// To what: the parameters of the route's path.
    package var object: String
    /// The span of footage that was asked for, or why something was refused.
    package var detail: String
    package var isRefused: Bool

    package init(
        id: Int64 = 0, at: Timestamp, account: String, address: String, action: String, object: String = "", detail: String = "",
        isRefused: Bool = false
    ) {
        self.id = id
        self.at = at
        self.account = account
        self.address = address
        self.action = action
        self.object = object
        self.detail = detail
        self.isRefused = isRefused
    }
}
