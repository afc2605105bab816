/// Rows of one lane that were read ahead.
struct UplinkQueue: Sendable {
    private(set) var rows: [OutboxRow] = []
    private(set) var bytes = 0
    /// Up to where the lane was read.
    private(set) var position: Int64 = 0
    /// Whether rows may follow there.
    private(set) var more = true
    private(set) var isReading = false
    private var moreCameWhileReading = false
    /// Since when the first row waits, in seconds of uptime.
    private(set) var since = 0.0

    mutating func rowsAdded() {
        more = true
        if isReading { moreCameWhileReading = true }
    }

    mutating func startReading() {
        isReading = true
        moreCameWhileReading = false
    }

    mutating func readFailed() { isReading = false }

    /// Takes a page; rows that are on the way already are left out.
    mutating func take(_ page: OutboxPage, flying: Set<OutboxRow.Address>, now: Double) {
        isReading = false
        more = page.more || moreCameWhileReading
        position = page.position
        if rows.isEmpty { since = now }
        for row in page.rows where !flying.contains(row.address) {
            rows.append(row)
            bytes += row.body.count
        }
    }

    /// Whether a batch is full to one of its bounds.
    func isFull(_ settings: UplinkSettings) -> Bool {
        rows.count >= settings.events || bytes + rows.count + UplinkQueue.envelope >= settings.bytes
    }

    /// Bytes of a batch beside its events, near enough.
    static let envelope = 200

    /// Takes the rows of the next batch: of one epoch, within the bounds, at least one.
    mutating func nextBatch(_ settings: UplinkSettings, now: Double) -> [OutboxRow] {
        var count = 0
        var size = Self.envelope
        for row in rows.prefix(settings.events) {
            if count > 0, row.epoch != rows[0].epoch || size + row.body.count + 1 > settings.bytes { break }
            size += row.body.count + 1
            count += 1
        }
        let taken = Array(rows[..<count])
        rows.removeFirst(count)
        bytes -= taken.reduce(0) { $0 + $1.body.count }
        since = now
        return taken
    }

    /// Forgets what was read.
    mutating func rewind() { self = UplinkQueue() }
}
