/// What is wrong about the pictures, as `check` counted it.
struct SnapshotFindings {
    /// Pictures whose event is missing.
    var orphans: Int64 = 0
    /// Events that have another picture than they say, or none.
    var mislabelled: Int64 = 0

    /// One line for each thing that is broken.
    var lines: [String] {
        var lines: [String] = []
        if orphans > 0 { lines.append("snapshots: \(orphans) belong to an event that is not stored") }
        if mislabelled > 0 { lines.append("snapshots: \(mislabelled) events have another picture than they say, or none") }
        return lines
    }
}
