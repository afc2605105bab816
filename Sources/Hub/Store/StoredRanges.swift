import Protocol

/// The committed ranges of an epoch as they are stored.
enum StoredRanges {
    /// A line where they are not in the one form that they are written in: sorted, disjoint, not adjacent.
    static func problem(node: String, epoch: String, committed: String) -> String? {
        let bytes = Array(committed.utf8)
        guard let ranges = try? SequenceRanges(json: bytes) else { return "node \(node), epoch \(epoch): committed ranges cannot be read" }
        return ranges.json == bytes ? nil : "node \(node), epoch \(epoch): committed ranges are not in order"
    }
}
