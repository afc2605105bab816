package import Base

package struct NodeRecord: Sendable, Hashable {
    package var name: String
    package var site: String
    package var addedAt: Timestamp

    package init(name: String, site: String, addedAt: Timestamp) {
        self.name = name
        self.site = site
        self.addedAt = addedAt
    }
}
