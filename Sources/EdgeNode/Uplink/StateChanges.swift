/// Tells whoever announces the node's state that it has changed: made before that is.
actor StateChanges {
    private var onChange: @Sendable () async -> Void = {}

    func use(_ onChange: @escaping @Sendable () async -> Void) { self.onChange = onChange }

    func tell() async { await onChange() }
}
