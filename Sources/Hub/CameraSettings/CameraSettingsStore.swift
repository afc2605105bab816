package import Base
package import Protocol

/// The cameras' settings: those that are wanted, and what their nodes say of them. Both adapters of `EventStore` have it, and one
/// conformance suite runs over both.
///
/// A camera has them for as long as it is a node's. Moved to another node it keeps what is wanted, and what the old node said is
/// forgotten. Every call is one transaction, runs on the store's own threads and throws `StoreError`; a call that throws has changed
/// nothing.
package protocol CameraSettingsStore: Sendable {
    /// Sets what is wanted, with the next revision, over what the node has reported last.
    ///
    /// - Parameters:
    ///   - settings: JSON of an object.
    ///   - digest: The node's settings that the caller has seen; nil for one that has not looked, which is refused in a conflict.
    ///   - account: Who sets it.
    func setCameraSettings(
        _ camera: String, _ settings: [UInt8], over digest: String?, by account: String, at time: Timestamp
    ) async throws(StoreError) -> CameraSettingsOutcome
    /// Keeps a node's word in place of the last one. False where it is the same word again, or the camera is nobody's.
    func takeCameraReport(_ report: CameraConfigReport, of camera: String, at time: Timestamp) async throws(StoreError) -> Bool
    /// Nil where the camera is nobody's.
    func cameraSettings(_ camera: String) async throws(StoreError) -> CameraSettingsRecord?
    /// Those of all cameras for which something is wanted, by id.
    func wantedCameraSettings() async throws(StoreError) -> [CameraSettingsRecord]
    /// A text that is another one after every change of what is wanted, and of whose a camera is: cheap enough to be asked for often.
    func cameraSettingsStamp() async throws(StoreError) -> String
}
