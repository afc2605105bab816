import Media

/// Why a stretch of a continuous recording is missing.
package enum GapCause: String, Sendable, CaseIterable {
    /// The camera ended its stream, refused it, or sent what cannot be read.
    case camera
    /// Nothing came from it, or nobody answered at its address.
    case network
    /// The disk has no room for it.
    case diskFull = "disk_full"
    /// The disk refused to write, or was too slow.
    case disk
    /// The node did not run.
    case nodeDown = "node_down"
    /// There was no key to seal it to.
    case noKey = "no_key"
    /// It was there, and was deleted to make room or for its age.
    case retention
    /// It was there, and somebody at the hub deleted it.
    case deleted
    /// The clock was set ahead: no footage has these times, and nothing is missing.
    case clock
    /// Found by a check, which cannot tell.
    case unknown

    init(_ code: MediaError.Code) {
        switch code {
        case .unreachable, .timedOut: self = .network
        case .stopped: self = .nodeDown
        default: self = .camera
        }
    }
}
