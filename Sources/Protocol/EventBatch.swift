/// What a node sends on `vigilar/node/{node}/events`: some rows of its outbox.
package struct EventBatch: Sendable {
    package var node: String
    package var epoch: String
    /// Counts up per connection; the acknowledgement repeats it.
    package var batch: Int64
    package var events: [Event]
    /// Elements that are JSON but no acceptable event: which row, why, and their bytes.
    package var refused: [(seq: Int64, why: String, body: [UInt8])]
}

extension EventBatch {
    /// The JSON of a batch made of events' bodies as they are.
    package static func encode(node: String, epoch: String, batch: Int64, bodies: [[UInt8]]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bodies.reduce(96) { $0 + $1.count + 1 })
        out.append(contentsOf: "{\"v\":\(Event.version),\"node\":".utf8)
        JSONText.append(node, to: &out)
        out.append(contentsOf: ",\"epoch\":".utf8)
        JSONText.append(epoch, to: &out)
        out.append(contentsOf: ",\"batch\":\(batch),\"events\":[".utf8)
        for (index, body) in bodies.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            out.append(contentsOf: body)
        }
        out.append(contentsOf: "]}".utf8)
        return out
    }

    /// Reads a batch. One bad event never costs its neighbours: it is listed in `refused`.
    ///
    /// - Throws: `UnreadableBatch` where the envelope cannot be read, or an element has no readable `seq`, so that nobody could say
    ///   which row is meant; the node then halves the batch down to the culprit.
    package init(payload: [UInt8], fromNode topicNode: String) throws(UnreadableBatch) {
        let envelope: JSONObject
        do { envelope = try JSONObject(payload) } catch {
            throw UnreadableBatch(epoch: nil, batch: nil, why: "not a JSON object: \(error)")
        }
        let epoch = envelope.string("epoch").flatMap { Identifier.isValid($0) ? $0 : nil }
        let number = envelope.integer("batch")
        func unreadable(_ why: String) -> UnreadableBatch { UnreadableBatch(epoch: epoch, batch: number, why: why) }
        guard let epoch, let number else { throw unreadable("epoch or batch is missing") }
        guard envelope.string("node") == topicNode else { throw unreadable("node is not the one of the topic") }
        let elements: [Range<Int>]
        do {
            guard let found = try envelope.elements("events") else { throw unreadable("events must be an array") }
            elements = found
        } catch let error as UnreadableBatch { throw error } catch { throw unreadable("events: \(error)") }
        guard elements.count <= Limits.batch else { throw unreadable("more than \(Limits.batch) events") }
        self.init(node: topicNode, epoch: epoch, batch: number, events: [], refused: [])
        events.reserveCapacity(elements.count)
        for element in elements {
            let object: JSONObject
            do { object = try JSONObject(validated: payload, in: element, depth: 1) } catch {
                throw unreadable("an event is no object: \(error)")
            }
            do {
                let event = try Event(object)
                guard event.node == topicNode, event.epoch == epoch else {
                    throw EventError.invalid(seq: event.seq, "node or epoch differs from the batch's")
                }
                // The hub's own ids can be worked out by everybody: a node that took one first would keep the hub's event out.
                guard event.id.isNodeMade else { throw EventError.invalid(seq: event.seq, "id must be a UUID of version 7") }
                events.append(event)
            } catch {
                guard let error = error as? EventError, let seq = error.seq else { throw unreadable("\(error)") }
                refused.append((seq, error.description, Array(object.raw)))
            }
        }
    }
}

/// A batch that cannot be parsed.
package struct UnreadableBatch: Error, Sendable, Hashable {
    /// What of the envelope could be read.
    package let epoch: String?
    package let batch: Int64?
    package let why: String

    package init(epoch: String?, batch: Int64?, why: String) {
        self.epoch = epoch
        self.batch = batch
        self.why = why
    }
}
