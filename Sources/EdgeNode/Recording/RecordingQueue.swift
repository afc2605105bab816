import Base
import Foundation
import Media
import MediaTypes

/// The bounded hand-over from a camera's thread to the one that writes. It never waits: where the disk is too slow for too long, packets are
/// dropped up to a keyframe, and whoever writes is told.
///
/// `@unchecked`: every stored variable is only touched with `condition` locked.
final class RecordingQueue: @unchecked Sendable {
    enum Item: Sendable {
        case packet(EncodedPacket, StreamInfo)
        /// Nothing follows for now, or something is missing here.
        case interrupted(GapCause)
        case change(RecordingPlan)
        /// Something moves, up to now.
        case motion(from: Timestamp, to: Timestamp, isOver: Bool)
        case flush
    }

    private let condition = NSCondition()
    private let byteLimit: Int
    private var waiting: [Item] = []
    private var taken = 0
    private var waitingBytes = 0
    private var isClosed = false
    private var isOverflowing = false
    private var droppedCount = 0

    /// - Parameter byteLimit: Bytes of packets that may wait: 64 MiB are a minute of a 4K camera.
    init(byteLimit: Int = 64 << 20) { self.byteLimit = byteLimit }

    /// Packets dropped because the disk was behind.
    var dropped: Int { condition.withLock { droppedCount } }

    /// Bytes of packets that wait.
    var bytes: Int { condition.withLock { waitingBytes } }

    func send(_ item: Item) {
        condition.withLock {
            if isClosed { return }
            if case .packet(let packet, _) = item {
                if isOverflowing, !packet.isKeyframe || waitingBytes > byteLimit / 2 {
                    droppedCount += 1
                    return
                }
                isOverflowing = false
                if waitingBytes + packet.byteCount > byteLimit {
                    isOverflowing = true
                    droppedCount += 1
                    waiting.append(.interrupted(.disk))
                    condition.signal()
                    return
                }
                waitingBytes += packet.byteCount
            }
            waiting.append(item)
            condition.signal()
        }
    }

    /// Waits for the next item on the calling thread.
    /// - Returns: `.flush` where none came for a second; nil once the queue is closed and empty.
    func next() -> Item? {
        condition.withLock {
            let deadline = Date(timeIntervalSinceNow: 1)
            while taken == waiting.count, !isClosed {
                if !condition.wait(until: deadline) { return .flush }
            }
            guard taken < waiting.count else { return nil }
            let item = waiting[taken]
            taken += 1
            if taken == waiting.count || taken > 256 {
                waiting.removeFirst(taken)
                taken = 0
            }
            if case .packet(let packet, _) = item { waitingBytes -= packet.byteCount }
            return item
        }
    }

    /// Takes no more; `next` ends when what waits is taken.
    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }
}
