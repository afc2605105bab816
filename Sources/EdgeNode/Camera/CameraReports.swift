import Base
import ServiceLifecycle

/// Passes on what the cameras report: movement and presence into events, presence into the node's retained state too.
package struct CameraReports: Service {
    private let cameras: [CameraUnit]
    private let recorder: EventRecorder
    private let onPresence: @Sendable () async -> Void

    package init(cameras: [CameraUnit], recorder: EventRecorder, onPresence: @escaping @Sendable () async -> Void) {
        self.cameras = cameras
        self.recorder = recorder
        self.onPresence = onPresence
    }

    /// Does not heed a graceful shutdown before every camera has ended and its last report is passed on.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for camera in cameras {
                let id = camera.settings.id
                group.addTask {
                    for await change in camera.episodes.stream { await recorder.record(change, camera: id) }
                }
                group.addTask {
                    for await state in camera.reader.states.stream {
                        if state.isOnline {
                            await recorder.cameraCameOnline(id)
                        } else if state.code != CameraReader.heldCode {
                            // One that is held back has the id of another node's camera: its events would be that one's.
                            await recorder.cameraWentOffline(id, why: state.reason)
                        }
                        await onPresence()
                    }
                }
            }
        }
        // Its own turn to end comes after the cameras'; a service that has ended before it would count as failed.
        try? await gracefulShutdown()
    }
}
