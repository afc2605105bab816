/// An event's picture as the store keeps it.
package struct StoredSnapshot: Sendable, Hashable {
    /// Who sealed it.
    package var node: String
    package var rank: Int
    /// The sealed pictures.
    package var box: [UInt8]

    package init(node: String, rank: Int, box: [UInt8]) {
        self.node = node
        self.rank = rank
        self.box = box
    }
}
