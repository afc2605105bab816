package import Protocol

/// Where summaries of `vigilar/events/published` come from. The bridge needs no more of the broker than this.
package protocol PublishedEventSource: Sendable {
    /// Subscribes and tells what arrives, until the subscription is given up. Called again after that.
    func signals() -> AsyncStream<PublishedSignal>
}

/// What a `PublishedEventSource` tells.
package enum PublishedSignal: Sendable {
    /// The subscription stands; what was published before may be missed.
    case subscribed
    /// The subscription is gone, and why, for a person.
    case lost(String)
    case event(PublishedEvent)
}
