package import Base

package struct EventCount: Sendable, Hashable {
    /// Start of the hour or day, UTC.
    package var start: Timestamp
    package var camera: String
    package var type: String
    package var count: Int64

    package init(start: Timestamp, camera: String, type: String, count: Int64) {
        self.start = start
        self.camera = camera
        self.type = type
        self.count = count
    }
}
