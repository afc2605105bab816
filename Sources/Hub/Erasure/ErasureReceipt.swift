package import Base
private import Protocol

/// What became of an erasure: on the hub it is done, nodes confirm one after the other.
package struct ErasureReceipt: Sendable, Hashable {
    package struct Node: Sendable, Hashable {
        package var node: String
        /// Events of it in which the person was known, and how many it has confirmed to have forgotten.
        package var events: Int
        package var confirmed: Int
        /// When it confirmed the last of them; nil before the first.
        package var confirmedAt: Timestamp?
        /// Whether it was revoked: then it is not asked any more.
        package var isRevoked: Bool
    }

    package var erasure: Erasure
    /// By name.
    package var nodes: [Node]
}
