package import MediaTypes
import Vision

/// Which pictures a detector is offered: some each second while something moves, and one now and then while nothing does, for what is
/// followed and stands still.
package struct LookPacer: Sendable {
    /// Seconds from one picture to the next while something moves. Five a second are enough to follow whoever runs.
    package static let moving = 0.2
    /// Seconds while something may.
    package static let doubtful = 0.5
    /// Seconds while nothing moves.
    package static let idle = 2.0

    private var last: MediaTime?

    package init() {}

    /// - Parameters:
    ///   - moves: Something moves, or is followed.
    ///   - may: Something may move.
    /// - Returns: Whether the picture of a time is to be offered; it counts as offered then.
    package mutating func isDue(at time: MediaTime, moves: Bool, may: Bool = false) -> Bool {
        if let last {
            let passed = time.seconds(since: last)
            // Half a picture's time less, so that one that comes on the dot is not put off. A clock that was set back begins anew.
            guard passed < 0 || passed >= (moves ? Self.moving : may ? Self.doubtful : Self.idle) - 0.015 else { return false }
        }
        last = time
        return true
    }
}
