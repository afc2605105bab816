/// What joining has settled about a node.
package struct JoinedNode: Sendable, Equatable {
    package let node: String
    package let site: String

    package init(node: String, site: String) {
        self.node = node
        self.site = site
    }
}
