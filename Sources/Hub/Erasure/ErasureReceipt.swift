package import Base
private import Protocol

/// What became of an erasure: on the hub it is done, but for pictures in which people are to be hidden, and nodes confirm one after the other.
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
    /// Pictures in which people are still to be hidden: nobody is shown them until then.
    package var toHide: Int64
    /// By name.
    package var nodes: [Node]
}
