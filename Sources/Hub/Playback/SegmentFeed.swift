package import Base
package import NIOCore

/// The file of one segment as far as the hub has it, and what is being fetched of it. However many people watch, each unit comes once.
///
/// A fetch runs no further ahead of those who read than `ahead`, and ends when nobody reads behind it any more.
package actor SegmentFeed {
    /// Fetches a range of the file, and hands out what comes, in order; returns when all of it came.
    package typealias Pull = @Sendable (_ range: Range<Int64>, _ take: @Sendable (ByteBuffer) async throws -> Void) async throws -> Void

    /// Units that a fetch may be ahead of all who read: 2 MiB.
    static let ahead: Int64 = 128
    /// Units by which a running fetch may be behind what somebody wants before another one is begun there.
    private static let near: Int64 = 64
    /// Units that are handed out at a time: 128 KiB.
    private static let step: Int64 = 8
    /// Fetches that may break off before a reader is told.
    private static let patience = 3

    private final class Fetch {
        let id: Int
        let units: Range<Int64>
        /// The next unit that comes.
        var next: Int64
        /// Where those who read behind it are.
        var readers: [Int: Int64] = [:]
        var task: Task<Void, Never>?
        var blocked: CheckedContinuation<Void, Never>?
        /// Nobody reads behind it any more.
        var isOver = false

        func goOn() {
            blocked?.resume()
            blocked = nil
        }

        init(id: Int, units: Range<Int64>) {
            self.id = id
            self.units = units
            next = units.lowerBound
        }
    }

    package nonisolated let file: SparseFile
    private let pull: Pull
    private let onStored: @Sendable (Int) -> Void
    private var grid: SegmentGrid
    private var present = UnitSet()
    private var fetches: [Int: Fetch] = [:]
    private var waiting: [Int: (unit: Int64, continuation: CheckedContinuation<Void, any Error>)] = [:]
    private var readers: Set<Int> = []
    private var lastNumber = 0

    /// - Parameter onStored: Told how many bytes were added.
    package init(_ grid: SegmentGrid, file: SparseFile, pull: @escaping Pull, onStored: @escaping @Sendable (Int) -> Void) {
        self.grid = grid
        self.file = file
        self.pull = pull
        self.onStored = onStored
    }

    /// Whether nobody reads.
    package var isIdle: Bool { readers.isEmpty }

    /// Fetches that run.
    package var fetchCount: Int { fetches.count }

    /// Readers that wait for something.
    package var waitingCount: Int { waiting.count }

    /// Somebody begins to read; ended by `leave`.
    /// - Parameter grid: The file as it is by now: one that is being written grows.
    package func enter(_ grid: SegmentGrid) -> Int {
        if grid.fileLength > self.grid.fileLength {
            // Its last unit may have been a short one that is longer now.
            if self.grid.count > 0 { present.remove(self.grid.count - 1) }
            self.grid = grid
        }
        lastNumber += 1
        readers.insert(lastNumber)
        return lastNumber
    }

    /// A reader has what it wants, or does not want it any more: what it waits for ends.
    package func leave(_ reader: Int) {
        readers.remove(reader)
        waiting.removeValue(forKey: reader)?.continuation.resume(throwing: PlaybackFailure.cancelled)
        detach(reader)
    }

    /// Waits until a unit is there.
    /// - Parameter wanted: What the reader wants from there on, to be fetched in one go.
    /// - Returns: The units that are there, from the first wanted one on.
    /// - Throws: `PlaybackFailure`.
    package func units(_ wanted: Range<Int64>, for reader: Int) async throws -> Range<Int64> {
        var failures = 0
        while true {
            guard readers.contains(reader) else { throw PlaybackFailure.cancelled }
            let run = present.run(in: wanted.lowerBound..<min(wanted.upperBound, wanted.lowerBound + Self.step))
            if !run.isEmpty {
                advance(reader, to: run.upperBound)
                return run
            }
            attach(reader, wanted)
            do {
                try await withCheckedThrowingContinuation { waiting[reader] = (wanted.lowerBound, $0) }
            } catch let failure as PlaybackFailure {
                guard case .broken = failure, failures + 1 < Self.patience else { throw failure }
                failures += 1
            }
        }
    }

    /// Forgets units that turned out not to be what was recorded: they are fetched anew.
    package func discard(_ units: Range<Int64>) { for unit in units { present.remove(unit) } }

    // MARK: Fetching

    private func attach(_ reader: Int, _ wanted: Range<Int64>) {
        let unit = wanted.lowerBound
        let near = fetches.values.first { $0.units.contains(unit) && $0.next <= unit && unit - $0.next <= Self.near && !$0.isOver }
        detach(reader, but: near?.id)
        if let near {
            near.readers[reader] = unit
            near.goOn()
            return
        }
        lastNumber += 1
        let fetch = Fetch(id: lastNumber, units: present.hole(in: unit..<max(unit + 1, min(wanted.upperBound, grid.count))))
        fetch.readers[reader] = unit
        fetches[fetch.id] = fetch
        let (id, range, pull) = (fetch.id, grid.place(of: fetch.units), pull)
        fetch.task = Task { await self.run(id, range, pull) }
    }

    private func advance(_ reader: Int, to unit: Int64) {
        for fetch in fetches.values where fetch.readers[reader] != nil {
            fetch.readers[reader] = unit
            if fetch.next <= unit + Self.ahead { fetch.goOn() }
        }
    }

    private func detach(_ reader: Int, but kept: Int? = nil) {
        for fetch in fetches.values where fetch.id != kept && fetch.readers.removeValue(forKey: reader) != nil && fetch.readers.isEmpty {
            fetch.isOver = true
            fetch.task?.cancel()
            fetch.goOn()
        }
    }

    private func run(_ id: Int, _ range: Range<Int64>, _ pull: Pull) async {
        let assembly = UnitAssembly(Int(grid.unit), length: range.upperBound - range.lowerBound)
        var failure: PlaybackFailure?
        do {
            try await pull(range) { buffer in
                for bytes in assembly.add(buffer) { try await self.store(bytes, of: id) }
            }
        } catch let error as PlaybackFailure {
            failure = error
        } catch { failure = .broken("\(error)") }
        end(id, failure)
    }

    /// Keeps whole units, and waits while the fetch is too far ahead.
    private func store(_ bytes: ArraySlice<UInt8>, of id: Int) async throws {
        guard let fetch = fetches[id] else { throw PlaybackFailure.cancelled }
        let unit = fetch.next
        let count = (Int64(bytes.count) + grid.unit - 1) / grid.unit
        try file.write(bytes, at: grid.place(of: unit..<unit + count).lowerBound)
        for one in unit..<unit + count { present.insert(one) }
        fetch.next += count
        onStored(bytes.count)
        for (reader, waiter) in waiting where present.contains(waiter.unit) {
            waiting[reader] = nil
            waiter.continuation.resume()
        }
        while !fetch.isOver, let furthest = fetch.readers.values.max(), fetch.next > furthest + Self.ahead {
            await withCheckedContinuation { fetch.blocked = $0 }
        }
        if fetch.isOver { throw PlaybackFailure.cancelled }
    }

    private func end(_ id: Int, _ failure: PlaybackFailure?) {
        guard let fetch = fetches.removeValue(forKey: id) else { return }
        for reader in fetch.readers.keys {
            guard let waiter = waiting.removeValue(forKey: reader) else { continue }
            if present.contains(waiter.unit) {
                waiter.continuation.resume()
            } else {
                waiter.continuation.resume(throwing: failure ?? .broken("less came than was asked for"))
            }
        }
    }
}
