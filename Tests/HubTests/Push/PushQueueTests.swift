import Base
import Testing

@testable import Hub

@Suite struct PushQueueTests {
    @Test func `A few are sent at once, in their order, and no more wait than there is room for`() throws {
        var queue = PushQueue<Int>(limit: 3, width: 2)
        for item in 1...3 { #expect(queue.add(item, life: 60, at: 0) == true) }
        #expect(queue.add(4, life: 60, at: 0) == false)
        #expect(queue.take(at: 0)?.item == 1)
        #expect(queue.take(at: 0)?.item == 2)
        #expect(queue.take(at: 0)?.item == nil)
        // What is being sent takes up room as well.
        #expect(queue.count == 3)
        #expect(queue.add(4, life: 60, at: 0) == false)
        queue.finish()
        #expect(queue.take(at: 0)?.item == 3)
        #expect(queue.add(4, life: 60, at: 0) == true)
        #expect(queue.empty() == [4])
        #expect(queue.count == 2)
    }

    @Test func `One that was not taken comes again later, each time later, and never before the push service wants it`() throws {
        var queue = PushQueue<Int>()
        #expect(queue.add(1, life: 1000, at: 0) == true)
        var now = 0.0
        for longest in [2.0, 4, 8] {
            let taken = queue.take(at: now)
            let entry = try #require(taken)
            #expect(queue.delay(entry, atLeast: 0, at: now) == true)
            #expect(queue.take(at: now + longest / 2 - 0.01)?.item == nil)
            now += longest
        }
        let taken = queue.take(at: now)
        let entry = try #require(taken)
        #expect(queue.delay(entry, atLeast: 100, at: now) == true)
        #expect(queue.take(at: now + 99)?.item == nil)
        #expect(queue.take(at: now + 100)?.item == 1)
    }

    @Test func `One that would come too late is given up`() throws {
        var queue = PushQueue<Int>()
        #expect(queue.add(1, life: 60, at: 0) == true)
        let taken = queue.take(at: 0)
        let entry = try #require(taken)
        #expect(queue.delay(entry, atLeast: 60, at: 0) == false)
        #expect(queue.count == 0)
    }

    @Test func `One that had no place for too long is not sent, and makes room`() throws {
        var queue = PushQueue<Int>(limit: 3, width: 1)
        for (item, life) in [(1, 60.0), (2, 60), (3, 600)] { #expect(queue.add(item, life: life, at: 0) == true) }
        #expect(queue.take(at: 0)?.item == 1)
        #expect(queue.countWaiting(where: { $0 < 3 }) == 1)
        #expect(queue.removeOld(at: 59.9) == [])
        queue.finish()
        #expect(queue.take(at: 60)?.item == 3)
        #expect(queue.removeOld(at: 60) == [2])
        #expect(queue.removeOld(at: 60) == [])
        #expect(queue.count == 1)
    }
}
