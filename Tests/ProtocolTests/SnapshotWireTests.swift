import Protocol
import Testing

@Suite struct SnapshotWireTests {
    private static let thumbnail: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]
    private static let picture: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDB, 4, 5, 6, 7]

    @Test func `What is packed is unpacked`() throws {
        let packed = SnapshotWire.pack(thumbnail: Self.thumbnail, picture: Self.picture)
        #expect(packed.prefix(4) == [0, 0, 0, 7])
        let unpacked = try #require(SnapshotWire.unpack(packed))
        #expect(Array(unpacked.thumbnail) == Self.thumbnail)
        #expect(Array(unpacked.picture) == Self.picture)
    }

    @Test func `Where people are travels with the pictures, and that nobody looked for them`() throws {
        let everywhere = SnapshotArea(left: -1, top: 0, right: 2, bottom: .infinity)
        let places = [SnapshotArea(left: 0, top: 0.25, right: 0.5, bottom: 1), everywhere]
        for people in [[], places] {
            let packed = SnapshotWire.pack(thumbnail: Self.thumbnail, picture: Self.picture, people: people)
            let unpacked = try #require(SnapshotWire.unpack(packed))
            #expect(Array(unpacked.thumbnail) == Self.thumbnail && Array(unpacked.picture) == Self.picture)
            #expect(unpacked.people?.count == people.count)
            for (found, told) in zip(unpacked.people ?? [], people) {
                #expect(abs(found.left - min(max(told.left, 0), 1)) < 1e-4 && abs(found.top - told.top) < 1e-4)
                #expect(abs(found.right - min(told.right, 1)) < 1e-4 && abs(found.bottom - min(told.bottom, 1)) < 1e-4)
            }
            for length in 0..<(packed.count - 8) { #expect(SnapshotWire.unpack(Array(packed.prefix(length))) == nil) }
        }
        let crowd = [SnapshotArea](repeating: everywhere, count: 65)
        let packed = SnapshotWire.pack(thumbnail: Self.thumbnail, picture: Self.picture, people: crowd)
        #expect(try #require(SnapshotWire.unpack(packed)).people == nil)
        #expect(SnapshotWire.unpack([2, 0, 0, 7] + Self.thumbnail + Self.picture) == nil)
        #expect(SnapshotWire.unpack([1, 0, 0, 7, 65] + [UInt8](repeating: 0, count: 520) + Self.thumbnail + Self.picture) == nil)
    }

    @Test(
        "What is not two JPEGs is refused",
        arguments: [
            [], [0], [0, 0, 0, 0], [0, 0, 0, 7] + thumbnail, [0, 0, 0, 0] + picture, [0xFF, 0xFF, 0xFF, 0xFF] + thumbnail + picture,
            [0, 0, 0, 6] + thumbnail + picture, [0, 0, 0, 8] + thumbnail + picture, [0, 0, 0, 14] + thumbnail + picture,
            [0, 0, 0, 15] + thumbnail + picture, [0, 0, 0, 16] + thumbnail + picture, [0, 0, 0, 7] + thumbnail + [0xFF, 0xD8, 0xFF],
            [0, 0, 0, 4, 0x89, 0x50, 0x4E, 0x47] + picture,
        ] as [[UInt8]])
    func refused(_ bytes: [UInt8]) { #expect(SnapshotWire.unpack(bytes) == nil) }

    @Test func `The context names node, event and rank`() throws {
        let id = try #require(EventID("0192F6C2-0000-7000-8000-000000000001"))
        #expect(
            SnapshotWire.context(node: "porch", event: id, rank: 3)
                == Array("vigilar/snapshot/v1\0porch\u{0}0192f6c2-0000-7000-8000-000000000001\u{0}3".utf8))
    }
}
