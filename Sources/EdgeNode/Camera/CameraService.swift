package import Base
package import Logging
import Media
import ServiceLifecycle

/// Reads one camera for as long as the node runs, on a thread of its own: reconnects, notices silence, hands every packet on.
///
/// Packets go to the consumers in their order; the first ones are those that must not lose any. A file is played at its own speed, over and
/// over.
package final class CameraService: Sendable {
    package let configuration: CameraConfiguration
    /// Changes between online and offline. At most 64 wait for their reader; those beyond are counted as dropped.
    package let states: BoundedFeed<CameraState>
    private let reader: CameraReader

    /// - Parameter consumers: Called for each packet, in this order, on the camera's thread.
    package init(
        _ configuration: CameraConfiguration, consumers: [any PacketConsumer], clock: any WallClock = SystemClock(), logger: Logger
    ) {
        self.configuration = configuration
        states = BoundedFeed(bound: 64)
        reader = CameraReader(configuration, consumers: consumers, states: states, clock: clock, logger: logger)
    }

    /// The camera's figures at this moment.
    package var statistics: CameraStatistics { reader.statistics }

    /// Why the camera stays off; nil while it does not.
    package var heldBack: String? { reader.heldBack }

    /// Keeps the camera off for a reason that people are shown, or lets it go on.
    package func holdBack(_ reason: String?) { reader.holdBack(reason) }

    /// Ends `run`.
    package func stop() { reader.stop.stop() }

    /// Reads until it is stopped, the task is cancelled or the node shuts down; `states` ends with it.
    package func run() async {
        let reader = reader
        await withTaskCancellationOrGracefulShutdownHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                NamedThread.start("cam-\(configuration.id)", stackSize: 2 << 20) {
                    reader.run()
                    continuation.resume()
                }
            }
        } onCancelOrGracefulShutdown: {
            reader.stop.stop()
        }
        states.finish()
    }
}
