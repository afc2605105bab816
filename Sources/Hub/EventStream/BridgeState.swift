package import Protocol

/// The bridge's logic: what came over the broker and what the store holds become one dense sequence of events. No I/O.
///
/// Cursors are dense, so a summary that is not the next one proves a hole, and the hole is filled from the store. What the broker
/// never delivers is found by looking at the store's highest cursor after each subscribing and every two seconds.
package struct BridgeState: Sendable {
    package enum Input: Sendable {
        /// A summary came over the broker.
        case event(PublishedEvent)
        /// The subscription stands anew, or the time to look has come.
        case look
        /// The store's bounds, and what `head` was when they were asked for.
        case bounds(FeedBounds, headWhenAsked: Int64?)
        /// A stretch of the feed.
        case page(FeedPage)
        /// The store did not answer.
        case failed
    }

    package enum Action: Sendable, Hashable {
        /// Ask the store for its bounds.
        case readBounds
        /// Ask the store for what comes after this cursor.
        case fill(after: Int64)
        /// Hand these on; they follow each other.
        case publish([PublishedEvent])
        /// The stream begins after this cursor.
        case begin(Int64)
        /// The store was put back to an older state: every browser has to start anew from here.
        case restart(Int64)
    }

    /// The last cursor handed on; nil before the first bounds.
    package private(set) var head: Int64?
    /// Summaries that came before the hole below them was filled. What finds no room is read from the store later.
    private var early: [Int64: PublishedEvent] = [:]
    private var filling = false
    private var highestKnown: Int64 = 0
    private let earlyLimit: Int

    package init(head: Int64? = nil, earlyLimit: Int = 1024) {
        self.head = head
        self.earlyLimit = earlyLimit
    }

    package mutating func handle(_ input: Input) -> [Action] {
        switch input {
        case .event(let event): return take(event)
        case .look: return [.readBounds]
        case .bounds(let bounds, let headWhenAsked): return take(bounds, headWhenAsked: headWhenAsked)
        case .page(let page): return take(page)
        case .failed:
            filling = false
            return []
        }
    }

    private mutating func take(_ event: PublishedEvent) -> [Action] {
        highestKnown = max(highestKnown, event.cursor)
        guard let head else { return [] }
        if event.cursor <= head { return [] }
        if event.cursor == head + 1, !filling {
            self.head = event.cursor
            return [.publish([event] + successors())]
        }
        if early.count < earlyLimit { early[event.cursor] = event }
        return fillIfNeeded()
    }

    private mutating func take(_ bounds: FeedBounds, headWhenAsked: Int64?) -> [Action] {
        guard let head else {
            self.head = bounds.highest
            early = early.filter { $0.key > bounds.highest }
            return [.begin(bounds.highest)] + fillIfNeeded()
        }
        // Compared with the head of the moment of asking: what came over the broker since then may well be newer than the answer.
        if let headWhenAsked, bounds.highest < headWhenAsked {
            self.head = bounds.highest
            highestKnown = bounds.highest
            early = [:]
            filling = false
            return [.restart(bounds.highest)]
        }
        highestKnown = max(highestKnown, bounds.highest)
        return head < highestKnown ? fillIfNeeded() : []
    }

    private mutating func take(_ page: FeedPage) -> [Action] {
        filling = false
        guard let head else { return [] }
        let fresh = page.events.filter { $0.cursor > head }
        let moved = max(page.through, fresh.last?.cursor ?? 0) > head
        if moved {
            self.head = max(page.through, fresh.last?.cursor ?? 0)
            early = early.filter { $0.key > page.through }
        }
        let all = fresh + successors()
        var actions: [Action] = all.isEmpty ? [] : [.publish(all)]
        // A page that moved nothing would be asked for in circles: the next look tries again.
        if moved { actions += fillIfNeeded() }
        return actions
    }

    private mutating func successors() -> [PublishedEvent] {
        var out: [PublishedEvent] = []
        while let head, let next = early.removeValue(forKey: head + 1) {
            self.head = next.cursor
            out.append(next)
        }
        return out
    }

    private mutating func fillIfNeeded() -> [Action] {
        guard let head, !filling, head < highestKnown else { return [] }
        filling = true
        return [.fill(after: head)]
    }
}
