package import Base

/// Settings that somebody has set for a camera at the hub.
package struct WantedCameraSettings: Sendable, Hashable {
    package var revision: Int64
    /// JSON of an object, as it came.
    package var settings: [UInt8]
    /// The digest of the node's settings that these are to take the place of; nil where none were known.
    package var base: String?
    package var changedAt: Timestamp
    /// The account that did it.
    package var changedBy: String

    package init(revision: Int64, settings: [UInt8], base: String?, changedAt: Timestamp, changedBy: String) {
        self.revision = revision
        self.settings = settings
        self.base = base
        self.changedAt = changedAt
        self.changedBy = changedBy
    }
}
