package import Base
import Synchronization

/// What all uploads share: the budget of the way to the hub.
package final class UploadPace: Sendable {
    private let budget: Mutex<UplinkBudget>
    private let clock: any WallClock
    private let metrics: Metrics
    /// Bytes to read at once.
    let piece: Int

    /// - Parameter rate: Bytes a second; nil for no limit.
    package init(rate: Double?, clock: any WallClock, metrics: Metrics) {
        let budget = UplinkBudget(rate: rate)
        piece = budget.piece
        self.budget = Mutex(budget)
        self.clock = clock
        self.metrics = metrics
        metrics.declare("vigilar_recording_uploaded_bytes_total", .counter, help: "Bytes of recordings that were sent to the hub.")
    }

    /// Waits until bytes may go.
    /// - Throws: `CancellationError`.
    func wait(for bytes: Int) async throws {
        let now = clock.uptime
        let seconds = budget.withLock { $0.take(bytes, at: now) }
        if seconds > 0 { try await Task.sleep(for: .seconds(seconds)) }
    }

    func note(sent bytes: Int) { metrics.add("vigilar_recording_uploaded_bytes_total", Double(bytes)) }
}
