package import Media

/// How one camera is read.
package struct CameraConfiguration: Sendable {
    /// `camera_id`, unique in the installation.
    package var id: String
    package var source: MediaSource
    /// Whether its sound is read as well.
    package var sound = false
    /// Seconds until the source has to be open.
    package var openLimit = 15.0
    /// Seconds without a packet after which the camera counts as offline.
    package var silenceLimit = 10.0
    /// Seconds before the first attempt to reconnect, and the most that it grows to.
    package var shortestWait = 1.0
    package var longestWait = 30.0
    /// Seconds that a connection has to hold before the waits start small again.
    package var steadyAfter = 10.0

    package init(id: String, source: MediaSource) {
        self.id = id
        self.source = source
    }
}
