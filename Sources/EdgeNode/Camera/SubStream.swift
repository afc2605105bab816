import Base
import Logging
import Media
import MediaTypes
import Recording
import Synchronization

/// The small stream of a camera that has two: it is analysed and shown in small pictures, and recorded too where the main one is HEVC, which many
/// browsers cannot play.
package final class SubStream: Sendable {
    package let reader: CameraService
    package let live: LiveTap
    /// Nil where the node records nothing.
    package let recorder: CameraRecorder?
    private let feed: AnalysisFeed
    private let state: Mutex<State>

    private struct State {
        /// What the camera's recordings are to be.
        var plan: RecordingPlan
        /// Of the main stream; nil while nobody knows.
        var codec: VideoCodec?
    }

    /// - Parameters:
    ///   - recorder: Of the camera's `sub` track; off at first.
    ///   - feed: Of the camera's analysis.
    ///   - onDropped: As of `LiveTap`.
    init(
        _ configuration: CameraConfiguration, plan: RecordingPlan, recorder: CameraRecorder?, feed: AnalysisFeed, clock: any WallClock,
        onDropped: @escaping @Sendable (Int) -> Void = { _ in }, logger: Logger
    ) {
        live = LiveTap(clock: clock, onDropped: onDropped)
        self.recorder = recorder
        self.feed = feed
        state = Mutex(State(plan: plan))
        reader = CameraService(
            configuration, consumers: (recorder.map { [$0] } ?? []) + [live, feed.consumer(of: .sub)], clock: clock, logger: logger)
    }

    /// Whether the analysis has to make do with the main stream.
    var isAway: Bool { feed.isStandIn }

    /// Takes in how the camera is to be recorded.
    func change(to plan: RecordingPlan) {
        state.withLock { state in
            state.plan = plan
            adopt(state)
        }
    }

    /// What the main stream is, so that it is known whether this one is to be recorded.
    var main: any PacketConsumer { MainStream(sub: self) }

    private struct MainStream: PacketConsumer {
        let sub: SubStream

        func receive(_ packet: EncodedPacket, of stream: StreamInfo) {
            sub.state.withLock { state in
                if state.codec == stream.codec { return }
                state.codec = stream.codec
                sub.adopt(state)
            }
        }
        func interrupted(_ why: MediaError.Code) {}
    }

    /// In order, since it is called with the state locked.
    private func adopt(_ state: State) {
        var plan = state.plan
        if state.codec != .hevc { plan.mode = .off }
        recorder?.change(to: plan)
    }

    /// Reads until it is stopped, the task is cancelled or the node shuts down; what was read is written by then.
    func run() async {
        async let recording: Void? = recorder?.run()
        await reader.run()
        recorder?.close()
        await recording
    }
}
