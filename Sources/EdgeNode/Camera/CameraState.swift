package import Base

/// A change of a camera's state, as it goes into events and onto `vigilar/camera/{camera_id}/state`.
package struct CameraState: Sendable, Equatable {
    package var cameraID: String
    package var isOnline: Bool
    /// Why it is offline, for people; safe to show and to log. Empty when it is online.
    package var reason: String
    /// `MediaError.Code` of the reason, or `ended`; nil when it is online.
    package var code: String?
    /// When it changed: for a silent camera the time of its last packet's arrival.
    package var since: Timestamp

    package init(cameraID: String, isOnline: Bool, reason: String, code: String?, since: Timestamp) {
        self.cameraID = cameraID
        self.isOnline = isOnline
        self.reason = reason
        self.code = code
        self.since = since
    }
}
