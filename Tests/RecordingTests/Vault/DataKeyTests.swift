import Protocol
import Testing
import Trust

@testable import Recording

@Suite("Data key")
struct DataKeyTests {
    let hub = SealingPrivateKey()
    let recovery = SealingPrivateKey()
    let identity = SealedSegment.identity()

    @Test("each recipient opens the key, and nobody else")
    func recipients() throws {
        let key = DataKey()
        let sealed = try key.seal(to: [hub.publicKey, recovery.publicKey], for: identity)
        #expect(sealed.map(\.to) == [hub.publicKey.text, recovery.publicKey.text])
        for keys in [[hub], [recovery], [SealingPrivateKey(), recovery], [hub, recovery]] {
            #expect(try DataKey(opening: sealed, with: keys, for: identity).bytes == key.bytes)
        }
        for keys in [[], [SealingPrivateKey()]] {
            #expect(recordingCode { _ = try DataKey(opening: sealed, with: keys, for: identity) } == .wrongKey)
        }
        #expect(recordingCode { _ = try DataKey(opening: [], with: [hub], for: identity) } == .wrongKey)
        #expect(try key.seal(to: [], for: identity).isEmpty)
    }

    @Test("a sealed key is of no use for another segment", arguments: ["site", "node", "camera", "segment", "shifted"])
    func elsewhere(part: String) throws {
        let other =
            switch part {
            case "site": SealedSegment.identity(site: "work")
            case "node": SealedSegment.identity(node: "attic")
            case "camera": SealedSegment.identity(camera: "yard")
            case "shifted": SealedSegment.identity(site: "hom", node: "eporch")
            default: SealedSegment.identity(random: 2)
            }
        let sealed = try DataKey().seal(to: [hub.publicKey], for: identity)
        #expect(recordingCode { _ = try DataKey(opening: sealed, with: [hub], for: other) } == .notGenuine)
    }

    @Test("a second copy opens where the first is damaged")
    func damaged() throws {
        let key = DataKey()
        let good = try key.seal(to: [hub.publicKey, recovery.publicKey], for: identity)
        var box = good[0].box
        box[70] ^= 1
        let bad = SealedDataKey(to: good[0].to, box: box)
        #expect(try DataKey(opening: [bad, good[0]], with: [hub], for: identity).bytes == key.bytes)
        #expect(try DataKey(opening: [bad, good[1]], with: [hub, recovery], for: identity).bytes == key.bytes)
        #expect(recordingCode { _ = try DataKey(opening: [bad, good[1]], with: [hub], for: identity) } == .notGenuine)
        // Sealed to the right key, but no key.
        let short = try SealedBox.seal([1, 2, 3], to: hub.publicKey, context: identity.sealingContext)
        #expect(
            recordingCode { _ = try DataKey(opening: [.init(to: hub.publicKey.text, box: short)], with: [hub], for: identity) }
                == .notGenuine)
    }

    @Test("its context is the one that the format names")
    func context() throws {
        let id = try #require(EventID("019abf0a-0000-7000-8000-000000000001"))
        let identity = SegmentIdentity(site: "home", node: "porch", camera: "door", segment: id)
        let named = Array("vigilar/segment/v1\0home\0porch\0door\0019abf0a-0000-7000-8000-000000000001".utf8)
        let key = DataKey()
        let sealed = try key.seal(to: [hub.publicKey], for: identity)
        #expect(try SealedBox.open(sealed[0].box, with: hub, context: named) == key.bytes)
    }

    @Test("keys of another length are none", arguments: [0, 16, 31, 33])
    func lengths(length: Int) {
        #expect(recordingCode { _ = try DataKey(bytes: [UInt8](repeating: 1, count: length)) } == .malformed)
    }
}
