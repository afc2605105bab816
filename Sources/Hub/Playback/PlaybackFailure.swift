package import Base

/// Why recorded footage cannot be had just now.
package enum PlaybackFailure: Error, Sendable, Hashable {
    /// The node that has it does not answer; since when, if that is known.
    case away(node: String, since: Timestamp?)
    /// The node has deleted it.
    case gone
    /// The node sends as much as it can to others.
    case busy
    /// What the node sent is not what it recorded, or broke off too often.
    case broken(String)
    /// Nobody wants it any more.
    case cancelled
}
