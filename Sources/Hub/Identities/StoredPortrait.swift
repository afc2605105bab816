package import Base
package import Protocol

/// A portrait as the store has it: sealed, as its node sent it.
package struct StoredPortrait: Sendable, Hashable {
    package var event: EventID
    /// Where and when the event was.
    package var site: String
    package var camera: String
    package var ts: Timestamp
    package var node: String
    package var rank: Int
    package var kind: PortraitKind
    package var model: String
    package var box: [UInt8]
    /// Of the event, which may have changed since.
    package var type: String
    package var state: IdentityState
    package var individual: EventID?
    /// Whether somebody said who it is.
    package var isByAccount: Bool
    /// Counts up whenever it is to be compared; 0 once it was.
    package var due: Int64
}
