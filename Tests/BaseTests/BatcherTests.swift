import Base
import Testing

@Suite("Batcher")
struct BatcherTests {
    @Test("takes all that has gathered, in order, up to the limit")
    func gathers() async {
        let batcher = Batcher<Int>(bound: 10)
        for number in 1...5 { batcher.put(number) }
        #expect(await batcher.take(atMost: 3) == [1, 2, 3])
        #expect(await batcher.take(atMost: 3) == [4, 5])
    }

    @Test("refuses and counts what finds no room")
    func refuses() async {
        let batcher = Batcher<Int>(bound: 2)
        #expect(batcher.put(1) && batcher.put(2))
        #expect(!batcher.put(3))
        #expect(batcher.refused == 1)
        #expect(await batcher.take(atMost: 9) == [1, 2])
    }

    @Test("wakes a consumer that waits")
    func wakes() async {
        let batcher = Batcher<Int>(bound: 2)
        async let taken = batcher.take(atMost: 9)
        while !batcher.put(7) {}
        #expect(await taken == [7])
    }

    @Test("lets a waiting consumer go when it is finished")
    func finishes() async {
        let batcher = Batcher<Int>(bound: 2)
        async let taken = batcher.take(atMost: 9)
        batcher.finish()
        #expect(await taken.isEmpty)
        #expect(!batcher.put(1))
    }

    @Test("lets a cancelled consumer go")
    func cancels() async {
        let batcher = Batcher<Int>(bound: 2)
        let task = Task { await batcher.take(atMost: 9) }
        task.cancel()
        #expect(await task.value.isEmpty)
    }

    @Test("comes back empty when nothing arrives in time")
    func timesOut() async {
        let batcher = Batcher<Int>(bound: 2)
        #expect(await batcher.take(atMost: 9, within: 0.01).isEmpty)
        batcher.put(1)
        #expect(await batcher.take(atMost: 9, within: 60) == [1])
    }

    @Test("hands every element over once between a busy producer and its consumer")
    func busy() async {
        let batcher = Batcher<Int>(bound: 64)
        async let total: Int = {
            var sum = 0
            var count = 0
            while count < 5000 {
                let taken = await batcher.take(atMost: 16)
                sum += taken.reduce(0, +)
                count += taken.count
            }
            return sum
        }()
        for number in 1...5000 {
            while !batcher.put(number) { await Task.yield() }
        }
        #expect(await total == 5000 * 5001 / 2)
    }
}
