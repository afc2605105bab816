import Protocol
import Testing

@Suite struct SnapshotWireTests {
    private static let thumbnail: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]
    private static let picture: [UInt8] = [0xFF, 0xD8, 0xFF, 0xDB, 4, 5, 6, 7]

    @Test func `What is packed is unpacked`() throws {
        let packed = SnapshotWire.pack(thumbnail: Self.thumbnail, picture: Self.picture)
        #expect(packed.prefix(6) == [2, 0, 0, 7, 255, 0])
        let unpacked = try #require(SnapshotWire.unpack(packed))
        #expect(Array(unpacked.thumbnail) == Self.thumbnail)
        #expect(Array(unpacked.picture) == Self.picture)
        #expect(unpacked.people == nil && unpacked.boxes == [])
    }

    @Test func `What older nodes seal is read: of people and without, and nothing is framed in it`() throws {
        let pictures = Self.thumbnail + Self.picture
        let oldest = try #require(SnapshotWire.unpack([0, 0, 0, 7] + pictures))
        #expect(oldest.people == nil && oldest.boxes == [] && Array(oldest.picture) == Self.picture)
        let older = try #require(SnapshotWire.unpack([1, 0, 0, 7, 1, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] + pictures))
        #expect(older.people == [SnapshotArea(left: 0, top: 0, right: 1, bottom: 1)] && older.boxes == [])
        #expect(Array(older.thumbnail) == Self.thumbnail && Array(older.picture) == Self.picture)
    }

    @Test func `What is framed travels with the pictures, of every kind, with a score and without`() throws {
        let boxes = SnapshotBoxKind.allCases.enumerated().map { number, kind in
            SnapshotBox(
                kind: kind, score: kind == .motion ? nil : Double(number) / 5,
                area: SnapshotArea(left: 0, top: 0.25, right: Double(number + 1) / 6, bottom: 1))
        }
        for people in [nil, [SnapshotArea(left: 0, top: 0, right: 1, bottom: 1)]] {
            let packed = SnapshotWire.pack(thumbnail: Self.thumbnail, picture: Self.picture, people: people, boxes: boxes)
            let unpacked = try #require(SnapshotWire.unpack(packed))
            #expect(unpacked.people == people && Array(unpacked.thumbnail) == Self.thumbnail && Array(unpacked.picture) == Self.picture)
            #expect(unpacked.boxes.map(\.kind) == boxes.map(\.kind) && unpacked.boxes.map(\.score) == boxes.map(\.score))
            for (found, told) in zip(unpacked.boxes, boxes) {
                #expect(abs(found.area.left - told.area.left) < 1e-4 && abs(found.area.top - told.area.top) < 1e-4)
                #expect(abs(found.area.right - told.area.right) < 1e-4 && abs(found.area.bottom - told.area.bottom) < 1e-4)
            }
            for length in 0..<(packed.count - 8) { #expect(SnapshotWire.unpack(Array(packed.prefix(length))) == nil) }
        }
    }

    @Test func `What cannot be framed costs no picture: it is left out`() throws {
        let whole = SnapshotArea(left: -1, top: 0, right: .infinity, bottom: 2)
        let nowhere = SnapshotArea(left: .nan, top: 0, right: .nan, bottom: 1)
        let turned = SnapshotArea(left: 0.5, top: 0, right: 0.25, bottom: 1)
        let told: [(SnapshotArea, Double)] = [(whole, 7), (nowhere, 0.5), (turned, 0.5), (whole, .nan)]
        let boxes = told.map { SnapshotBox(kind: .pet, score: $0.1, area: $0.0) }
        let packed = SnapshotWire.pack(thumbnail: Self.thumbnail, picture: Self.picture, boxes: boxes)
        let everything = SnapshotArea(left: 0, top: 0, right: 1, bottom: 1)
        let kept = [SnapshotBox(kind: .pet, score: 1, area: everything), SnapshotBox(kind: .pet, score: 0, area: everything)]
        #expect(try #require(SnapshotWire.unpack(packed)).boxes == kept)
        let many = [SnapshotBox](repeating: boxes[0], count: SnapshotWire.boxLimit + 1)
        let crowded = SnapshotWire.pack(thumbnail: Self.thumbnail, picture: Self.picture, boxes: many)
        #expect(try #require(SnapshotWire.unpack(crowded)).boxes.count == SnapshotWire.boxLimit)
    }

    /// Kind, score, left, top, right and bottom.
    private static let box: [UInt8] = [1, 93, 0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF]

    /// What is sealed with so many boxes, all of them alike.
    private static func framed(_ count: Int, _ box: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [2, 0, 0, 7, 255, UInt8(count)]
        for _ in 0..<count { out += box }
        return out + thumbnail + picture
    }

    @Test func `As many boxes as there may be are taken, and one more is refused`() throws {
        #expect(try #require(SnapshotWire.unpack(Self.framed(32, Self.box))).boxes.count == 32)
        #expect(SnapshotWire.unpack(Self.framed(33, Self.box)) == nil)
    }

    @Test(
        "A box of no kind, with a score above 1, or around nothing is refused with its picture",
        arguments: [
            [6, 93, 0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF], [255, 93, 0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF],
            [1, 101, 0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF], [1, 254, 0, 0, 0, 0, 0x80, 0, 0xFF, 0xFF],
            [1, 93, 0x80, 0, 0, 0, 0x80, 0, 0xFF, 0xFF], [1, 93, 0x80, 0, 0, 0, 0x40, 0, 0xFF, 0xFF],
            [1, 93, 0, 0, 0x80, 0, 0x80, 0, 0x80, 0], [1, 93, 0, 0, 0x80, 0, 0x80, 0, 0, 0],
        ] as [[UInt8]])
    func senseless(_ box: [UInt8]) {
        #expect(SnapshotWire.unpack(Self.framed(1, Self.box)) != nil)
        #expect(SnapshotWire.unpack(Self.framed(1, box)) == nil)
    }

    @Test func `Boxes that are not all there, or whose number is not, are refused`() {
        let pictures = Self.thumbnail + Self.picture
        let start: [UInt8] = [2, 0, 0, 7, 255]
        #expect(SnapshotWire.unpack(start) == nil)
        #expect(SnapshotWire.unpack(start + pictures) == nil)
        #expect(SnapshotWire.unpack(start + [2] + Self.box + pictures) == nil)
        #expect(SnapshotWire.unpack(start + [1] + Self.box.dropLast() + pictures) == nil)
        #expect(SnapshotWire.unpack(start + [32] + Self.box) == nil)
        let crowd: [UInt8] = [2, 0, 0, 7, 65] + [UInt8](repeating: 0, count: 520)
        #expect(SnapshotWire.unpack(crowd + [0] + pictures) == nil)
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
        #expect(SnapshotWire.unpack([3, 0, 0, 7, 255, 0] + Self.thumbnail + Self.picture) == nil)
        #expect(SnapshotWire.unpack([1, 0, 0, 7, 65] + [UInt8](repeating: 0, count: 520) + Self.thumbnail + Self.picture) == nil)
    }

    @Test(
        "Where people are is refused with its picture when an edge is beyond the one across, in each layout that says it",
        arguments: [
            [0x80, 0, 0, 0, 0x40, 0, 0xFF, 0xFF], [0, 0, 0x80, 0, 0xFF, 0xFF, 0x40, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
        ] as [[UInt8]])
    func turned(_ area: [UInt8]) {
        let (whole, pictures) = ([0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF] as [UInt8], Self.thumbnail + Self.picture)
        for (layout, boxes) in [(1, []), (2, [0])] as [(UInt8, [UInt8])] {
            let start: [UInt8] = [layout, 0, 0, 7, 2]
            #expect(SnapshotWire.unpack(start + whole + whole + boxes + pictures)?.people?.count == 2)
            #expect(SnapshotWire.unpack(start + whole + area + boxes + pictures) == nil)
        }
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
