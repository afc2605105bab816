package import Base

/// A node of the installation.
package struct NodeRecord: Sendable, Hashable {
    package var name: String
    package var site: String
    package var addedAt: Timestamp
    /// When it was ended; nil while it may connect.
    package var revokedAt: Timestamp?
    /// Since when it wants to be let in again, its certificate having ended.
    package var asksSince: Timestamp?

    package init(name: String, site: String, addedAt: Timestamp, revokedAt: Timestamp? = nil, asksSince: Timestamp? = nil) {
        self.name = name
        self.site = site
        self.addedAt = addedAt
        self.revokedAt = revokedAt
        self.asksSince = asksSince
    }
}
