/// Notices that two processes speak for one node: a disk was copied. Each restart brings a new process, but an old one never comes back;
/// two at once take the connection from each other, so that each comes back again and again.
struct NodeCopies: Sendable {
    private var current: String?
    private var past: [String] = []

    /// Processes of a node that are remembered.
    private static let bound = 16

    /// A process of the node has spoken.
    /// - Returns: The two that there are, where this one had been followed by another.
    mutating func heard(_ instance: String?) -> (String, String)? {
        guard let instance, instance != current else { return nil }
        let before = current
        current = instance
        let isBack = past.contains(instance)
        past.removeAll { $0 == instance }
        if let before { past.append(before) }
        if past.count > Self.bound { past.removeFirst() }
        guard isBack, let before else { return nil }
        return (before, instance)
    }
}
