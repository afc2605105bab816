import Base

/// Drafts on their way to the outbox, in memory: bounded, so that a disk that refuses all writing costs events and not the process.
struct DraftQueue: Sendable {
    private let bound: Int
    private var drafts: [DraftEvent] = []
    /// What was pushed out and no tombstone knows of yet.
    private(set) var lost = DropCount()

    init(bound: Int) { self.bound = bound }

    /// Whether there is nothing to write: no draft, and no loss to report.
    var isSettled: Bool { drafts.isEmpty && lost.dropped == 0 }
    var count: Int { drafts.count }

    /// When there is no room, the least severe goes, and among those the oldest.
    mutating func append(_ draft: DraftEvent, now: Timestamp) {
        drafts.append(draft)
        shed(now: now)
    }

    /// Puts drafts that could not be written back to where they came from.
    mutating func putBack(_ failed: [DraftEvent], now: Timestamp) {
        drafts.insert(contentsOf: failed, at: 0)
        while drafts.count > bound { shed(now: now) }
    }

    private mutating func shed(now: Timestamp) {
        guard drafts.count > bound else { return }
        guard let least = drafts.map(\.severity).min(), let index = drafts.firstIndex(where: { $0.severity == least }) else { return }
        drafts.remove(at: index)
        lost.count(at: now)
    }

    func prefix(_ number: Int) -> [DraftEvent] { Array(drafts.prefix(number)) }

    mutating func removeFirst(_ number: Int) { drafts.removeFirst(min(number, drafts.count)) }

    /// Forgets a loss that was reported; what was lost since stays.
    mutating func reportedLoss(_ reported: DropCount) {
        lost.dropped -= reported.dropped
        if lost.dropped <= 0 { lost = DropCount() } else { lost.from = reported.to }
    }
}
