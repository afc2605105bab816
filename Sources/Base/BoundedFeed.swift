private import Synchronization

/// A stream from callbacks to one reader, with a bound and a count of what did not fit. Newest elements are dropped when it is full.
package final class BoundedFeed<Element: Sendable>: Sendable {
    package let stream: AsyncStream<Element>
    private let continuation: AsyncStream<Element>.Continuation
    private let droppedCount = Atomic<Int>(0)

    package init(bound: Int) {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(bound))
    }

    /// How many elements found no room so far.
    package var dropped: Int { droppedCount.load(ordering: .relaxed) }

    /// Returns false, and counts, when the element found no room or the feed is finished.
    @discardableResult
    package func send(_ element: Element) -> Bool {
        if case .enqueued = continuation.yield(element) { return true }
        droppedCount.add(1, ordering: .relaxed)
        return false
    }

    package func finish() { continuation.finish() }
}
