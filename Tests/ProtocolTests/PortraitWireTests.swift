import Protocol
import Testing

@Suite struct PortraitWireTests {
    private let portrait = Portrait(
        track: 17, kind: .face, model: "m \"1\"", embedding: [0.5, -1.25, 3e-8], pictures: 4, label: "person",
        crop: [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3])

    @Test("What is packed is unpacked the same")
    func roundTrip() {
        #expect(PortraitWire.unpack(PortraitWire.pack(portrait)) == portrait)
        var animal = portrait
        animal.kind = .animal
        animal.embedding = (0..<1280).map { Float($0) / 1280 }
        #expect(PortraitWire.unpack(PortraitWire.pack(animal)) == animal)
    }

    @Test("It is sealed for one node, event and rank, and not as a snapshot is")
    func contexts() {
        let (event, other) = (EventID(high: 1, low: 2), EventID(high: 1, low: 3))
        let all = [
            PortraitWire.context(node: "a", event: event, rank: 1), PortraitWire.context(node: "b", event: event, rank: 1),
            PortraitWire.context(node: "a", event: other, rank: 1), PortraitWire.context(node: "a", event: event, rank: 2),
            SnapshotWire.context(node: "a", event: event, rank: 1),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test("What is none is none: cut short at any place, numbers that are no numbers, no picture, another version")
    func damaged() {
        let whole = PortraitWire.pack(portrait)
        for length in 0..<(whole.count - 3) { #expect(PortraitWire.unpack(Array(whole.prefix(length))) == nil) }
        var changed = portrait
        changed.embedding[1] = .nan
        #expect(PortraitWire.unpack(PortraitWire.pack(changed)) == nil)
        changed = portrait
        changed.embedding = []
        #expect(PortraitWire.unpack(PortraitWire.pack(changed)) == nil)
        changed = portrait
        changed.crop = Array("<svg>".utf8)
        #expect(PortraitWire.unpack(PortraitWire.pack(changed)) == nil)
        changed = portrait
        changed.track = -1
        #expect(PortraitWire.unpack(PortraitWire.pack(changed)) == nil)
        changed = portrait
        changed.pictures = 0
        #expect(PortraitWire.unpack(PortraitWire.pack(changed)) == nil)
        func header(_ text: String) -> [UInt8]? {
            PortraitWire.unpack([0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8) + [0, 0, 0, 0] + portrait.crop).map { _ in [] }
        }
        func text(_ version: Int, _ numbers: Int64) -> String {
            #"{"v":\#(version),"track":1,"kind":"face","model":"m","numbers":\#(numbers),"pictures":1,"label":""}"#
        }
        #expect(header(text(1, 1)) != nil)
        #expect(header(text(2, 1)) == nil)
        for numbers in [0, -1, 2, 4097, Int64.max] { #expect(header(text(1, numbers)) == nil) }
    }
}
