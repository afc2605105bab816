/// Why an event cannot be taken. The text is safe to log, to store and to send back to the node.
package enum EventError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The JSON is larger than `Limits.event`.
    case tooLarge(seq: Int64, bytes: Int)
    /// A member breaks a rule; `seq` is nil where not even that could be read.
    case invalid(seq: Int64?, String)

    /// Which row of the node's outbox it was, where that is known.
    package var seq: Int64? {
        switch self {
        case .tooLarge(let seq, _): seq
        case .invalid(let seq, _): seq
        }
    }

    package var description: String {
        switch self {
        case .tooLarge(_, let bytes): "the event has \(bytes) bytes, at most \(Limits.event) are allowed"
        case .invalid(_, let why): why
        }
    }
}
