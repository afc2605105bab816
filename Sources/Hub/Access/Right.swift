/// What somebody may do with a camera, or with what it has seen.
package enum Right: String, Sendable, Hashable, CaseIterable {
    /// Events, pictures in which people are hidden, how nodes and cameras are.
    case see
    /// Live and recorded video, in which nobody is hidden.
    case watch
    /// Faces and names.
    case identify
    /// Acknowledging, keeping, correcting, and what cameras look for.
    case operate
    /// Nodes, cameras and accounts.
    case administer
}
