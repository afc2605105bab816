extension StoreError {
    /// A node that claims cameras without belonging to the installation.
    init(claimBy node: String) { self.init(.refused, "node \(node) is unknown or revoked: it can claim no camera") }
}
