import Protocol
import Recording

/// What is wrong about the segments, as `check` finds it.
struct SegmentFindings {
    /// Segments whose camera or node is missing: a question that both databases understand.
    static let strays = """
        SELECT count(*) FROM segments s WHERE NOT EXISTS (SELECT 1 FROM cameras c WHERE c.id = s.camera)
            OR NOT EXISTS (SELECT 1 FROM nodes n WHERE n.name = s.node)
        """

    /// Segments are listed one by one up to this many, then counted.
    static let listed = 20

    var strays: Int64 = 0
    private var broken: [String] = []
    private var unlisted = 0

    /// Looks at one row.
    /// - Parameter record: Nil for a row that says nothing that this program knows.
    mutating func look(_ record: SegmentRecord?, id: EventID?) {
        let name = id.map { "\($0)" } ?? "without id"
        guard let record else { return note("segment \(name): its row cannot be read") }
        guard let index = try? SegmentIndex(encoded: record.index) else { return note("segment \(name): its index cannot be read") }
        var told = SegmentRecord(index, encoded: record.index, kept: record.kept)
        told.star = record.star
        if told != record { note("segment \(name): its index contradicts its row") }
    }

    private mutating func note(_ line: String) {
        if broken.count < Self.listed { broken.append(line) } else { unlisted += 1 }
    }

    /// One line for each thing that is broken, the rest as counts.
    var lines: [String] {
        var lines = broken
        if unlisted > 0 { lines.append("and \(unlisted) more segments") }
        if strays > 0 { lines.append("segments: \(strays) belong to a camera or a node that is missing") }
        return lines
    }
}
