/// What `check` saw of the feed, and what is wrong about it.
struct FeedFindings {
    var state: (last: Int64, published: Int64)?
    /// Nil for a feed without stamped rows.
    var rows: (count: Int64, lowest: Int64, highest: Int64)?
    /// Feed rows whose event is missing although retention has not come to it yet.
    var orphans: Int64 = 0

    /// One line for each thing that is broken.
    var lines: [String] {
        guard let state else { return ["feed: its state row is missing"] }
        var lines: [String] = []
        if state.published > state.last { lines.append("feed: published up to \(state.published), but stamped only up to \(state.last)") }
        if let rows {
            if rows.highest != state.last { lines.append("feed: the highest cursor is \(rows.highest), the counter says \(state.last)") }
            let span = rows.highest - rows.lowest + 1
            if rows.count != span {
                lines.append("feed: \(span - rows.count) cursors are missing between \(rows.lowest) and \(rows.highest)")
            }
        }
        if orphans > 0 { lines.append("feed: \(orphans) rows name an event that is not stored") }
        return lines
    }
}
