import Hub
import Testing

@Suite struct StreamStartTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let asked: String?
        let head: Int64?
        let floor: Int64?
        let bounds: FeedBounds?
        let expected: StreamStart
        var testDescription: String { "\(asked ?? "none"), head \(head ?? -1), floor \(floor ?? -1)" }
        init(_ asked: String?, _ head: Int64?, _ floor: Int64?, _ bounds: FeedBounds?, _ expected: StreamStart) {
            (self.asked, self.head, self.floor, self.bounds, self.expected) = (asked, head, floor, bounds, expected)
        }
    }

    static let store = FeedBounds(lowest: 1, highest: 30_000)

    @Test(
        "A stream begins where its last event was, and says so where it cannot",
        arguments: [
            Case(nil, 100, 50, nil, .live(100)),
            Case(nil, nil, nil, nil, .unknown),
            Case(nil, nil, nil, store, .live(30_000)),
            Case("80", 100, 50, nil, .resume(80)),
            Case("50", 100, 50, nil, .resume(50)),
            Case("49", 100, 50, nil, .unknown),
            Case("49", 100, 50, FeedBounds(lowest: 1, highest: 100), .resume(49)),
            Case("0", 100, 50, FeedBounds(lowest: 1, highest: 100), .resume(0)),
            Case("0", 100, 50, FeedBounds(lowest: 5, highest: 100), .reset(100)),
            Case("101", 100, 50, nil, .unknown),
            Case("101", 100, 50, FeedBounds(lowest: 1, highest: 100), .reset(100)),
            Case("101", 100, 50, FeedBounds(lowest: 1, highest: 102), .resume(101)),
            Case("20000", 30_000, 29_000, store, .resume(20_000)),
            Case("19999", 30_000, 29_000, store, .reset(30_000)),
            Case("abc", 100, 50, nil, .reset(100)),
            Case("-1", 100, 50, nil, .reset(100)),
            Case("+5", 100, 50, nil, .reset(100)),
            Case("007", 100, 50, nil, .reset(100)),
            Case("99999999999999999999", 100, 50, nil, .reset(100)),
            Case("9223372036854775807", 100, 50, FeedBounds(lowest: 1, highest: 100), .reset(100)),
        ])
    func decides(_ test: Case) {
        #expect(StreamStart.decide(lastEventID: test.asked, head: test.head, floor: test.floor, bounds: test.bounds) == test.expected)
    }
}
