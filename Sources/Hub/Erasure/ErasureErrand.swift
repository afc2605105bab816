package import Protocol

/// What a node is still to be told of an erasure.
package struct ErasureErrand: Sendable, Hashable {
    package var individual: EventID
    package var node: String
    package var withPictures: Bool
    package var events: [EventID]
}

extension ErasureErrand {
    /// Adds an event to the last errand, where that is of the same erasure and node, or begins another one. What is beyond the limit waits.
    static func add(
        _ event: EventID, individual: EventID, node: String, withPictures: Bool, limit: Int, to errands: inout [ErasureErrand]
    ) {
        if let last = errands.last, last.individual == individual, last.node == node {
            if last.events.count < limit { errands[errands.count - 1].events.append(event) }
        } else {
            errands.append(ErasureErrand(individual: individual, node: node, withPictures: withPictures, events: [event]))
        }
    }
}
