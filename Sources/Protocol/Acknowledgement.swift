/// What the hub answers on `vigilar/node/{node}/ack`, after its commit and never before.
package struct Acknowledgement: Sendable, Hashable {
    package var epoch: String?
    package var batch: Int64?
    /// Exactly the `seq`s that are committed.
    package var committed = SequenceRanges()
    /// What can never be stored, and why.
    package var rejected: [Rejection] = []
    /// The batch could not be parsed: the node halves it.
    package var unreadable: String?
    /// A `seq` is held under another id or rev: the node starts a new epoch and sends again.
    package var staleEpoch = false

    package struct Rejection: Sendable, Hashable {
        package var seq: Int64
        package var why: String

        package init(seq: Int64, why: String) {
            self.seq = seq
            self.why = why
        }
    }

    package init(epoch: String?, batch: Int64?) {
        self.epoch = epoch
        self.batch = batch
    }
}

extension Acknowledgement {
    package var json: [UInt8] {
        var out: [UInt8] = Array("{\"epoch\":".utf8)
        if let epoch { JSONText.append(epoch, to: &out) } else { out.append(contentsOf: "null".utf8) }
        out.append(contentsOf: ",\"batch\":\(batch.map(String.init) ?? "null")".utf8)
        out.append(contentsOf: ",\"committed\":".utf8)
        out.append(contentsOf: committed.json)
        if !rejected.isEmpty {
            out.append(contentsOf: ",\"rejected\":[".utf8)
            for (index, rejection) in rejected.enumerated() {
                out.append(contentsOf: "\(index > 0 ? "," : ""){\"seq\":\(rejection.seq),\"why\":".utf8)
                JSONText.append(rejection.why, to: &out)
                out.append(UInt8(ascii: "}"))
            }
            out.append(UInt8(ascii: "]"))
        }
        if let unreadable {
            out.append(contentsOf: ",\"unreadable\":".utf8)
            JSONText.append(unreadable, to: &out)
        }
        if staleEpoch { out.append(contentsOf: ",\"stale_epoch\":true".utf8) }
        out.append(UInt8(ascii: "}"))
        return out
    }

    /// Reads an acknowledgement; garbage throws and is to be counted.
    package init(json bytes: [UInt8]) throws(JSONError) {
        let object = try JSONObject(bytes)
        self.init(epoch: object.string("epoch"), batch: object.integer("batch"))
        if let raw = object.raw("committed") { committed = try SequenceRanges(json: Array(raw)) }
        for element in try object.elements("rejected") ?? [] {
            let entry = try JSONObject(validated: bytes, in: element, depth: 1)
            guard let seq = entry.integer("seq") else { throw JSONError(at: element.lowerBound, "a rejection without seq") }
            rejected.append(Rejection(seq: seq, why: entry.string("why") ?? ""))
        }
        unreadable = object.string("unreadable")
        staleEpoch = object.bool("stale_epoch") ?? false
    }
}
