/// What became of an attempt to send a message to one browser.
package enum PushResult: Sendable, Hashable {
    /// The push service has taken it.
    case sent
    /// The browser has ended its subscription, and the hub has forgotten it.
    case gone
    /// It is tried again.
    case delayed(String)
    /// It is not tried again.
    case refused(String)

    /// The same of a message that is sent once and not again.
    package var withoutRetry: PushResult {
        guard case .delayed(let words) = self else { return self }
        return .refused("Not sent, and not tried again: \(words)")
    }

    /// In answers and metrics.
    package var name: String {
        switch self {
        case .sent: "sent"
        case .gone: "gone"
        case .delayed: "delayed"
        case .refused: "refused"
        }
    }

    /// Why, for people: a sentence, or nothing.
    package var words: String {
        switch self {
        case .sent, .gone: ""
        case .delayed(let words), .refused(let words): words
        }
    }
}
