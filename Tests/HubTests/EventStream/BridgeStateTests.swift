import Base
import Hub
import Protocol
import Testing

@Suite struct BridgeStateTests {
    private func summary(_ cursor: Int64) throws -> PublishedEvent {
        let event = try Event(
            id: EventID(high: 7, low: UInt64(cursor)), rev: 1, node: "n", epoch: "e", seq: cursor, site: "s", sourceID: "c", type: "motion",
            severity: .info, ts: Timestamp(microseconds: 0), endTS: nil, payload: Array("{}".utf8))
        return PublishedEvent(cursor: cursor, event: event, acknowledged: false)
    }

    private func published(_ actions: [BridgeState.Action]) -> [Int64] {
        actions.flatMap { action -> [Int64] in if case .publish(let events) = action { events.map(\.cursor) } else { [] } }
    }

    @Test("It begins at the store's highest cursor and hands on what follows")
    func begins() throws {
        var state = BridgeState()
        #expect(state.handle(.look) == [.readBounds])
        #expect(state.handle(.bounds(FeedBounds(lowest: 1, highest: 5), headWhenAsked: nil)) == [.begin(5)])
        #expect(published(state.handle(.event(try summary(6)))) == [6])
        #expect(state.head == 6)
    }

    @Test("A cursor that was seen is dropped")
    func doubles() throws {
        var state = BridgeState(head: 6)
        #expect(state.handle(.event(try summary(6))).isEmpty)
        #expect(state.handle(.event(try summary(2))).isEmpty)
    }

    @Test("A hole is filled from the store before what lies behind it is handed on")
    func hole() throws {
        var state = BridgeState(head: 6)
        #expect(state.handle(.event(try summary(9))) == [.fill(after: 6)])
        #expect(state.handle(.event(try summary(10))).isEmpty)
        let actions = state.handle(.page(FeedPage(events: [try summary(7), try summary(8)], through: 8)))
        #expect(published(actions) == [7, 8, 9, 10])
        #expect(actions.count == 1)
    }

    @Test("Rows that were deleted meanwhile leave a hole that is no reason to wait")
    func deletedRows() throws {
        var state = BridgeState(head: 6)
        #expect(state.handle(.event(try summary(9))) == [.fill(after: 6)])
        #expect(published(state.handle(.page(FeedPage(events: [try summary(8)], through: 8)))) == [8, 9])
    }

    @Test("A store that is ahead of the broker is read to its end, page by page")
    func catchesUp() throws {
        var state = BridgeState(head: 0)
        #expect(state.handle(.bounds(FeedBounds(lowest: 1, highest: 3), headWhenAsked: 0)) == [.fill(after: 0)])
        let first = state.handle(.page(FeedPage(events: [try summary(1), try summary(2)], through: 2)))
        #expect(published(first) == [1, 2])
        #expect(first.last == .fill(after: 2))
        #expect(published(state.handle(.page(FeedPage(events: [try summary(3)], through: 3)))) == [3])
    }

    @Test("A page that brings nothing is not asked for in circles, but at the next look")
    func noCircle() throws {
        var state = BridgeState(head: 6)
        _ = state.handle(.event(try summary(9)))
        #expect(state.handle(.page(FeedPage(events: [], through: 6))).isEmpty)
        #expect(state.handle(.bounds(FeedBounds(lowest: 1, highest: 9), headWhenAsked: 6)) == [.fill(after: 6)])
    }

    @Test("After a failed read the next look tries again")
    func failure() throws {
        var state = BridgeState(head: 6)
        _ = state.handle(.event(try summary(9)))
        #expect(state.handle(.failed).isEmpty)
        #expect(state.handle(.bounds(FeedBounds(lowest: 1, highest: 9), headWhenAsked: 6)) == [.fill(after: 6)])
    }

    @Test("A store put back to an older state starts every browser anew")
    func restored() throws {
        var state = BridgeState(head: 50)
        #expect(state.handle(.bounds(FeedBounds(lowest: 1, highest: 20), headWhenAsked: 50)) == [.restart(20)])
        #expect(published(state.handle(.event(try summary(21)))) == [21])
    }

    @Test("Bounds that were asked for before newer events came are not taken for an older state")
    func lateBounds() throws {
        var state = BridgeState(head: 6)
        _ = state.handle(.event(try summary(7)))
        #expect(state.handle(.bounds(FeedBounds(lowest: 1, highest: 6), headWhenAsked: 6)).isEmpty)
        #expect(state.head == 7)
    }

    @Test("What finds no room while a hole is filled is read from the store afterwards")
    func overflow() throws {
        var state = BridgeState(head: 0, earlyLimit: 2)
        for cursor: Int64 in 2...6 { _ = state.handle(.event(try summary(cursor))) }
        let actions = state.handle(.page(FeedPage(events: [try summary(1)], through: 1)))
        #expect(published(actions) == [1, 2, 3])
        #expect(actions.last == .fill(after: 3))
    }
}
