import Base
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// A segment's file somewhere else, and what was asked of it.
private final class FarFile: Sendable {
    static let grid = SegmentGrid(head: 100, unit: 16_400, fileLength: 100 + 600 * 16_400 + 500)
    private struct State {
        var asked: [Range<Int64>] = []
        var sent: Int64 = 0
        var ended = 0
        /// Breaks off once at this place.
        var breaksAt: Int64?
        var isAway = false
    }
    private let state = Mutex(State())

    var asked: [Range<Int64>] { state.withLock { $0.asked } }
    var sent: Int64 { state.withLock { $0.sent } }
    var ended: Int { state.withLock { $0.ended } }
    func breaks(at place: Int64) { state.withLock { $0.breaksAt = place } }
    func goAway() { state.withLock { $0.isAway = true } }

    static func byte(_ place: Int64) -> UInt8 { UInt8(truncatingIfNeeded: place &* 31 ^ place >> 9) }

    func pull(_ range: Range<Int64>, _ take: @Sendable (ByteBuffer) async throws -> Void) async throws {
        defer { state.withLock { $0.ended += 1 } }
        try state.withLock {
            $0.asked.append(range)
            if $0.isAway { throw PlaybackFailure.away(node: "porch", since: nil) }
        }
        var at = range.lowerBound
        while at < range.upperBound {
            try Task.checkCancellation()
            let isBroken = state.withLock { state in
                guard let place = state.breaksAt, at >= place else { return false }
                state.breaksAt = nil
                return true
            }
            if isBroken { throw PlaybackFailure.broken("cut") }
            // No number that units are made of.
            let end = min(range.upperBound, at + 7000)
            try await take(ByteBuffer(bytes: (at..<end).map(Self.byte)))
            state.withLock { $0.sent += end - at }
            at = end
        }
    }
}

@Suite struct SegmentFeedTests {
    private let folder: TemporaryDirectory
    private let far = FarFile()
    private let feed: SegmentFeed

    init() throws {
        folder = try TemporaryDirectory("feed")
        feed = SegmentFeed(FarFile.grid, file: try SparseFile(folder.path("segment")), pull: far.pull, onStored: { _ in })
    }

    /// Reads units in their order and looks at every byte.
    private func read(_ units: Range<Int64>, _ reader: Int) async throws {
        var next = units.lowerBound
        while next < units.upperBound {
            let run = try await feed.units(next..<units.upperBound, for: reader)
            #expect(run.lowerBound == next && run.upperBound <= units.upperBound)
            let place = FarFile.grid.place(of: run)
            #expect(try feed.file.read(place) == place.map(FarFile.byte))
            next = run.upperBound
        }
    }

    @Test("Everything comes, in order, to the short end, and a second time from here")
    func all() async throws {
        let reader = await feed.enter(FarFile.grid)
        try await read(0..<601, reader)
        #expect(far.asked == [100..<FarFile.grid.fileLength])
        try await read(0..<601, reader)
        #expect(far.asked.count == 1)
        await feed.leave(reader)
        #expect(await feed.isIdle)
    }

    @Test("Ten who watch the same cost one upload")
    func shared() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<10 {
                group.addTask {
                    let reader = await feed.enter(FarFile.grid)
                    try await read(0..<601, reader)
                    await feed.leave(reader)
                }
            }
        }
        #expect(far.asked.count == 1)
        #expect(far.sent == FarFile.grid.fileLength - 100)
    }

    @Test("A fetch stays close to whoever reads, and goes on as he does")
    func backpressure() async throws {
        let reader = await feed.enter(FarFile.grid)
        let begun = try await feed.units(0..<601, for: reader)
        #expect(begun.lowerBound == 0)
        let bound = (SegmentFeed.ahead + 40) * 16_400
        try await eventually("the fetch to be as far ahead as it may") { far.sent > (SegmentFeed.ahead - 2) * 16_400 }
        #expect(far.sent <= bound)
        var next = begun.upperBound
        while next < 100 { next = try await feed.units(next..<601, for: reader).upperBound }
        try await eventually("the fetch to go on") { far.sent > (SegmentFeed.ahead + 90) * 16_400 }
        #expect(far.sent <= bound + 120 * 16_400)
        await feed.leave(reader)
        try await eventually("the fetch to end with its reader") { await feed.fetchCount == 0 }
        #expect(far.sent < FarFile.grid.fileLength - 100)
    }

    @Test("Who seeks ahead has a fetch begin there, and the one of before ends")
    func seek() async throws {
        let reader = await feed.enter(FarFile.grid)
        try await read(0..<10, reader)
        try await read(500..<510, reader)
        try await eventually("one fetch to be left") { await feed.fetchCount <= 1 }
        #expect(far.asked.map(\.lowerBound) == [100, FarFile.grid.place(of: 500..<501).lowerBound])
        await feed.leave(reader)
    }

    @Test("A fetch that breaks off is gone on with where it broke off")
    func cut() async throws {
        far.breaks(at: 100 + 50 * 16_400 + 3000)
        let reader = await feed.enter(FarFile.grid)
        try await read(0..<100, reader)
        #expect(far.asked.map(\.lowerBound) == [100, FarFile.grid.place(of: 50..<51).lowerBound])
        await feed.leave(reader)
    }

    @Test("Who waits for a node that is away is told so, and what is here can be read all the same")
    func away() async throws {
        let reader = await feed.enter(FarFile.grid)
        try await read(0..<20, reader)
        await feed.leave(reader)
        try await eventually("the fetch to end") { await feed.fetchCount == 0 }
        far.goAway()
        let other = await feed.enter(FarFile.grid)
        try await read(0..<20, other)
        await #expect(throws: PlaybackFailure.away(node: "porch", since: nil)) { try await feed.units(600..<601, for: other) }
        await feed.leave(other)
    }

    @Test("Who leaves while he waits does not wait on, and others do")
    func leaving() async throws {
        let quiet = SegmentFeed(
            FarFile.grid, file: try SparseFile(folder.path("quiet")),
            pull: { _, _ in
                // Nothing ever comes: it ends when the task is cancelled.
                let (nothing, feeder) = AsyncStream<Void>.makeStream()
                for await _ in nothing {}
                feeder.finish()
                throw PlaybackFailure.cancelled
            }, onStored: { _ in })
        let (one, two) = (await quiet.enter(FarFile.grid), await quiet.enter(FarFile.grid))
        let waiting = Task { try await quiet.units(3..<4, for: one) }
        let other = Task { try await quiet.units(3..<4, for: two) }
        try await eventually("both to wait for one fetch") { await (quiet.waitingCount, quiet.fetchCount) == (2, 1) }
        await quiet.leave(one)
        await #expect(throws: PlaybackFailure.cancelled) { try await waiting.value }
        #expect(await quiet.fetchCount == 1)
        await quiet.leave(two)
        await #expect(throws: PlaybackFailure.cancelled) { try await other.value }
        try await eventually("the fetch to end") { await quiet.fetchCount == 0 }
    }

    @Test("What turned out to be wrong is fetched anew")
    func discarded() async throws {
        let reader = await feed.enter(FarFile.grid)
        try await read(0..<3, reader)
        await feed.discard(1..<2)
        try await read(0..<3, reader)
        #expect(far.asked.count == 2)
        #expect(far.asked.last == FarFile.grid.place(of: 1..<2))
        await feed.leave(reader)
    }

    @Test("A file that grows is read further, its short last unit anew")
    func growing() async throws {
        let small = SegmentGrid(head: 0, unit: 100, fileLength: 250)
        let large = SegmentGrid(head: 0, unit: 100, fileLength: 1000)
        let feed = SegmentFeed(small, file: try SparseFile(folder.path("growing")), pull: far.pull, onStored: { _ in })
        let reader = await feed.enter(small)
        #expect(try await feed.units(0..<3, for: reader) == 0..<3)
        let later = await feed.enter(large)
        var next: Int64 = 0
        while next < 10 { next = try await feed.units(next..<10, for: later).upperBound }
        #expect(try feed.file.read(0..<1000) == (0..<1000).map { FarFile.byte($0) })
    }
}
