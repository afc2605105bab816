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
