import Base
import Protocol
import Recording
import Testing

@testable import Hub

@Suite struct SegmentFaultTests {
    private static let now = EventMaker.noon

    /// What is done to a sound index, and words of the fault that is found.
    struct Lie: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let words: String
        let tell: @Sendable (inout SegmentIndex) -> Void

        init(_ name: String, _ words: String, _ tell: @escaping @Sendable (inout SegmentIndex) -> Void) {
            testDescription = name
            self.words = words
            self.tell = tell
        }
    }

    private static let lies = [
        Lie("over the one before", "fragment 3") { $0.fragments[3].offset = $0.fragments[2].end - 1 },
        Lie("out of order", "fragment 2") { $0.fragments.swapAt(1, 2) },
        Lie("twice", "fragment 4") { $0.fragments.insert($0.fragments[3], at: 4) },
        Lie("without a header", "fragment 0") { $0.fragments[0].headerLength = 0 },
        Lie("before the file", "fragment 0") { $0.fragments[0].offset = -1 },
        Lie("behind the file", "longer than its file") { $0.fragments[9].offset = 1 << 47 },
        Lie("a sample behind the file", "longer than its file") { $0.fragments[9].runs[0].samples[0].size = Int(Int32.max) },
        Lie("padding behind the file", "longer than its file") { $0.fragments[9].padding = 1 << 20 },
        Lie("a file of nothing", "longer than its file") { $0.fileLength = 0 },
        Lie("a file of its head", "longer than its file") { $0.fileLength = 600 },
        Lie("an end before the start", "ends before it begins") {
            $0.fragments[9].start = Timestamp(microseconds: $0.header.start.microseconds - 2_000_000)
        },
        Lie("an end at the end of time", "ends before it begins") { $0.fragments[9].start = Timestamp(microseconds: .max) },
        Lie("an end at the beginning of time", "ends before it begins") { $0.fragments[9].start = Timestamp(microseconds: .min) },
        Lie("more than a day", "more than a day later") { $0.fragments[9].start = $0.header.start.advanced(bySeconds: 86_400) },
    ]

    @Test(arguments: lies, [SegmentIndex.State.open, .closed, .unterminated])
    func `What cannot be is said in words`(_ lie: Lie, _ state: SegmentIndex.State) throws {
        for isEncrypted in [true, false] {
            var index = try SegmentMaker(isEncrypted: isEncrypted).index(10, state)
            #expect(index.fault(now: Self.now) == nil)
            lie.tell(&index)
            #expect(index.fault(now: Self.now)?.contains(lie.words) == true, "\(index.fault(now: Self.now) ?? "nothing")")
        }
    }

    @Test func `A segment may begin up to a day from now`() throws {
        let index = try SegmentMaker().index(1)
        #expect(index.fault(now: Self.now.advanced(bySeconds: -86_400)) == nil)
        #expect(index.fault(now: Self.now.advanced(bySeconds: -86_401))?.contains("more than a day from now") == true)
        #expect(index.fault(now: Self.now.advanced(bySeconds: 10 * 365 * 86_400)) == nil)
    }

    @Test func `The last fragment may end where the file does, and one that has none may have no file`() throws {
        for state in [SegmentIndex.State.open, .closed, .unterminated] {
            var index = try SegmentMaker(isEncrypted: false).index(10, state)
            index.fileLength = index.fragments[9].end
            #expect(index.fault(now: Self.now) == nil)
            index.fileLength -= 1
            #expect(index.fault(now: Self.now) != nil)
            index.fragments = []
            index.fileLength = 0
            #expect(index.fault(now: Self.now) == nil)
        }
    }
}
