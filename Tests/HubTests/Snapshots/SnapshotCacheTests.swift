import NIOCore
import Protocol
import Testing

@testable import Hub

@Suite struct SnapshotCacheTests {
    private static func key(_ number: UInt64, rank: Int = 1, _ size: SnapshotSize = .large) -> SnapshotCache.Key {
        .init(event: EventID(high: 0, low: number), rank: rank, size: size)
    }

    @Test func `It stays below its limit, and lets go of what nobody looks at`() {
        var cache = SnapshotCache(limit: 1000)
        for number in UInt64(0)..<200 {
            cache.add(ByteBuffer(repeating: 1, count: 100), Self.key(number))
            #expect(cache.bytes <= 1000)
            #expect(cache.find(Self.key(0)) != nil)
            #expect(cache.find(Self.key(number)) != nil)
        }
        #expect(cache.find(Self.key(1)) == nil)
        #expect(cache.bytes > 500)
    }

    @Test func `Event, rank and size each make another picture`() {
        var cache = SnapshotCache(limit: 1000)
        let keys = [Self.key(1), Self.key(2), Self.key(1, rank: 2), Self.key(1, .thumbnail)]
        for (number, key) in keys.enumerated() { cache.add(ByteBuffer(repeating: UInt8(number), count: 10), key) }
        for (number, key) in keys.enumerated() { #expect(cache.find(key) == ByteBuffer(repeating: UInt8(number), count: 10)) }
        cache.add(ByteBuffer(repeating: 9, count: 20), keys[0])
        #expect(cache.bytes == 50)
        cache.add(ByteBuffer(repeating: 9, count: 1001), Self.key(5))
        #expect(cache.find(Self.key(5)) == nil)
        #expect(cache.bytes == 50)
    }
}
