import Base
import Protocol

@testable import EdgeNode

/// Drives an `UplinkMachine` by hand over an outbox that is only a list.
struct UplinkTranscript {
    var machine: UplinkMachine
    var now = 100.0
    var sent: [UplinkBatch] = []
    var acknowledged = SequenceRanges()
    var buried: [Int64: String] = [:]
    var staleEpochs: [String] = []
    private var file = 0
    private var rows: [(lane: OutboxLane, row: OutboxRow)] = []

    init(_ settings: UplinkSettings = UplinkSettings()) { machine = UplinkMachine(settings: settings, firstBatch: 1) }

    /// Rows that the outbox gives out; `more` of them may follow by further calls.
    mutating func add(_ count: Int, lane: OutboxLane = .ordinary, bytes: Int = 100, epoch: String = "e1") {
        for _ in 0..<count {
            let number = Int64(rows.count + 1)
            let row = OutboxRow(position: number, epoch: epoch, seq: number, body: [UInt8](repeating: 120, count: bytes))
            rows.append((lane, row))
        }
        input(.rowsAdded)
    }

    /// The outbox begins a new file, with positions and numbers from 1 on.
    mutating func replaceFile(rows count: Int, epoch: String) {
        rows = []
        acknowledged = SequenceRanges()
        file += 1
        add(count, epoch: epoch)
    }

    mutating func readdress(to epoch: String) {
        rows = rows.filter { !acknowledged.contains($0.row.seq) }.enumerated().map { index, entry in
            (entry.lane, OutboxRow(position: entry.row.position, epoch: epoch, seq: Int64(index + 1), body: entry.row.body))
        }
        acknowledged = SequenceRanges()
    }

    mutating func input(_ input: UplinkInput) {
        var waiting = [input]
        while !waiting.isEmpty {
            for action in machine.handle(waiting.removeFirst(), at: now) {
                switch action {
                case .read(let read): waiting.append(.page(read, page(read)))
                case .send(let batch): sent.append(batch)
                case .acknowledge(_, let ranges): acknowledged.formUnion(ranges)
                case .bury(_, let seq, let why): buried[seq] = why
                case .startNewEpoch(let stale): staleEpochs.append(stale)
                }
            }
        }
    }

    private func page(_ read: UplinkRead) -> OutboxPage {
        let open = rows.filter {
            $0.lane == read.lane && $0.row.position > read.after && !acknowledged.contains($0.row.seq) && buried[$0.row.seq] == nil
        }
        let given = open.prefix(read.rows).map(\.row)
        var page = OutboxPage(
            rows: given, position: given.last?.position ?? read.after, more: open.count > given.count,
            waiting: rows.count - Int(acknowledged.count))
        page.file = file
        return page
    }

    /// Time passes, deadline by deadline.
    mutating func advance(by seconds: Double) {
        let end = now + seconds
        while let deadline = machine.deadline, deadline <= end {
            now = max(now, deadline)
            input(.tick)
        }
        now = end
    }

    mutating func takeSent() -> [UplinkBatch] {
        defer { sent = [] }
        return sent
    }

    /// The broker takes everything that was sent.
    mutating func deliver() -> [UplinkBatch] {
        let taken = takeSent()
        for batch in taken { input(.published(batch: batch.number, .delivered)) }
        return taken
    }

    mutating func commit(_ batch: UplinkBatch, seqs: [Int64]? = nil) {
        var answer = Acknowledgement(epoch: batch.epoch, batch: batch.number)
        answer.committed = SequenceRanges(seqs ?? batch.rows.map(\.seq))
        input(.answered(answer))
    }
}
