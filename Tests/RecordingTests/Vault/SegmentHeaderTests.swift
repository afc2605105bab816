import Base
import Foundation
import MediaTypes
import Protocol
import TestSupport
import Testing
import Trust

@testable import Recording

@Suite("Segment header")
struct SegmentHeaderTests {
    @Test("what was written is read, byte for byte", arguments: [SegmentTrack.main, .sub], [nil, [UInt8](0..<32)])
    func roundTrip(track: SegmentTrack, previous: [UInt8]?) throws {
        let header = try SealedSegment.header(track: track, previous: previous)
        #expect(try SegmentHeader.parse(header.encoded) == .header(header))
        #expect(try SegmentHeader.parse(header.encoded + [1, 2, 3]) == .header(header))
        let object = try #require(JSONSerialization.jsonObject(with: Data(header.encoded[12...])) as? [String: Any])
        #expect(object["v"] as? Int == 1)
        #expect(object["start"] as? String == "2025-11-25T08:00:00.123456Z")
        #expect(object["codec"] as? String == "hevc")
        #expect(object["previous"] is NSNull == (previous == nil))
    }

    @Test("a plain segment's holds no key")
    func plain() throws {
        let header = try SealedSegment.header(keys: [])
        #expect(try SegmentHeader.parse(header.encoded) == .header(header))
        #expect(recordingCode { _ = try SegmentOpener(header: header, preamble: .init(repeating: 0, count: 56), keys: []) } == .wrongKey)
    }

    @Test("it says what the file says of its tracks, and what cannot be is refused")
    func tracks() throws {
        let clip = try SourceClip.withSound.get()
        let video = try VideoTrack(stream: clip.info, keyframe: clip.video[0].data)
        let header = try SegmentHeader(
            identity: SealedSegment.identity(), track: .main, start: SealedSegment.start, codec: .h264, video: video,
            sound: clip.soundTrack,
            previous: nil, keys: [])
        #expect(try SegmentHeader.parse(header.encoded) == .header(header))
        let json = String(decoding: header.encoded[12...], as: UTF8.self)
        for (from, to) in [
            ("\"width\":320", "\"width\":0"), ("\"width\":320", "\"width\":65536"), ("\"height\":240,", ""),
            ("\"rate\":48000", "\"rate\":-1"),
            ("\"channels\":1", "\"channels\":99999999999999"), ("\"video\":{", "\"video\":[{"),
            ("\"configuration\":\"A", "\"configuration\":\"+"),
        ] {
            #expect(json.contains(from))
            #expect(
                recordingCode { _ = try SegmentHeader.parse(Self.file(json.replacing(from, with: to, maxReplacements: 1))) } == .malformed)
        }
    }

    @Test("it stands in the file as the design says")
    func known() throws {
        let id = try #require(EventID("019abf0a-0000-7000-8000-000000000001"))
        let header = try SealedSegment.header(SegmentIdentity(site: "home", node: "porch", camera: "door", segment: id))
        let json =
            #"{"v":1,"site":"home","node":"porch","camera":"door","segment":"019abf0a-0000-7000-8000-000000000001","track":"main","#
            + #""start":"2025-11-25T08:00:00.123456Z","codec":"hevc","previous":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8","#
            + #""keys":[{"to":"AlFcPW6545a5BNP-yn9U_c0MwemXvzddylFa0KbDtANf","box":"AQID"}]}"#
        #expect(header.encoded == Array("VGSEG001".utf8) + [0, 0, 1, UInt8(json.utf8.count - 256)] + Array(json.utf8))
    }

    @Test("it says how many bytes it needs, and is not there before they are")
    func incomplete() throws {
        let encoded = try SealedSegment.header().encoded
        for count in 0..<encoded.count {
            #expect(try SegmentHeader.parse(Array(encoded[..<count])) == .incomplete(needed: count < 12 ? 12 : encoded.count))
        }
    }

    @Test("its bytes are kept as they were read, though it would be written otherwise")
    func kept() throws {
        let header = try SealedSegment.header()
        let spaced = Self.file(
            String(decoding: header.encoded[12...], as: UTF8.self).replacing(",", with: " , ").replacing("}", with: ",\"new\":[1]}"))
        guard case .header(let read) = try SegmentHeader.parse(spaced + [7]) else { throw RecordingError(.io, "") }
        #expect(read.encoded == spaced)
        #expect(read.identity == header.identity)
        #expect(read.keys == header.keys)
    }

    static func file(_ json: String) -> [UInt8] {
        let count = json.utf8.count
        return Array("VGSEG001".utf8) + [UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
            + json.utf8
    }

    static let changes: [(String, String, RecordingError.Code)] = [
        ("\"v\":1", "\"v\":2", .unsupported), ("\"v\":1", "\"v\":-1", .unsupported), ("\"v\":1", "\"v\":\"1\"", .malformed),
        ("\"v\":1,", "", .malformed), ("\"home\"", "\"Home\"", .malformed), ("\"home\"", "\"\"", .malformed), ("\"home\"", "7", .malformed),
        ("\"site\"", "\"cite\"", .malformed), ("\"porch\"", "\"po\\u0000ch\"", .malformed), ("\"door\"", "\"do/or\"", .malformed),
        ("-7", "-4", .malformed), ("\"segment\":\"0", "\"segment\":\"x", .malformed), ("\"main\"", "\"both\"", .malformed),
        ("2025-11-25", "2025-13-25", .malformed), ("\"hevc\"", "\"av1\"", .unsupported), ("AAEC", "AAE", .malformed),
        ("AAEC", "A+EC", .malformed),
        ("\"previous\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"", "\"previous\":\"AAEC\"", .malformed),
        ("AQID", "AQJ", .malformed), ("\"box\"", "\"fox\"", .malformed), ("\"to\"", "\"by\"", .malformed),
        ("{\"to\"", "[\"to\"", .malformed),
        ("{\"v\"", "{\"v\":1,\"v\"", .malformed), ("}]}", "}]} x", .malformed), ("\"keys\":[", "\"keys\":[7,", .malformed),
        ("\"keys\"", "\"locks\"", .malformed),
    ]

    @Test("a header that is not sound is refused, and says why", arguments: changes)
    func unsound(from: String, to: String, code: RecordingError.Code) throws {
        let json = String(decoding: try SealedSegment.header().encoded[12...], as: UTF8.self)
        #expect(json.contains(from))
        #expect(recordingCode { _ = try SegmentHeader.parse(Self.file(json.replacing(from, with: to, maxReplacements: 1))) } == code)
    }

    @Test("what does not begin as a segment does is refused at its first byte, and a length beyond bounds at its twelfth")
    func garbage() throws {
        for prefix in [[0], Array("VGSEG002".utf8), Array("VGSE\0".utf8), Array("\0\0\0\u{20}ftypiso5".utf8)] as [[UInt8]] {
            #expect(recordingCode { _ = try SegmentHeader.parse(prefix) } == .malformed)
        }
        for length in [[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 32, 1], [255, 255, 255, 255]] as [[UInt8]] {
            #expect(recordingCode { _ = try SegmentHeader.parse(Array("VGSEG001".utf8) + length) } == .malformed)
        }
        #expect(try SegmentHeader.parse(Array("VGSEG001".utf8) + [0, 0, 32, 0]) == .incomplete(needed: 12 + 8192))
    }

    @Test("what cannot be read is not written either")
    func unwritable() throws {
        let key = SealedDataKey(to: "AlFcPW6545a5BNP-yn9U_c0MwemXvzddylFa0KbDtANf", box: [UInt8](repeating: 1, count: 114))
        #expect(recordingCode { _ = try SealedSegment.header(SealedSegment.identity(site: "Home")) } == .malformed)
        #expect(recordingCode { _ = try SealedSegment.header(previous: [1]) } == .malformed)
        #expect(recordingCode { _ = try SealedSegment.header(keys: .init(repeating: key, count: 60)) } == .malformed)
        let id = EventID(high: 1, low: 2)
        #expect(recordingCode { _ = try SealedSegment.header(.init(site: "a", node: "b", camera: "c", segment: id)) } == .malformed)
        #expect(try SealedSegment.header(keys: .init(repeating: key, count: 30)).keys.count == 30)
    }

    @Test("no mutation stops the parser, and what it accepts is sound", arguments: 1...10)
    func mutations(seed: Int) throws {
        var dice = SeededGenerator(seed: seed)
        let encoded = try SealedSegment.header().encoded
        let pieces = [
            "{", "}", "[", "]", "\"", "\\", "\\u", ",", ":", "null", "-", "1e999", "0", "99999999999999999999", "\u{0}", "é", "7",
        ]
        var accepted = 0
        for _ in 0..<1000 {
            var bytes = encoded
            for _ in 0..<Int.random(in: 1...3, using: &dice) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<6, using: &dice) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &dice)))
                case 3: bytes.insert(contentsOf: pieces.randomElement(using: &dice)!.utf8, at: at)
                case 4: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + Int.random(in: 1...60, using: &dice))], at: at)
                default: bytes.removeLast(bytes.count - at)
                }
            }
            // Half of them with the length that they have, so that the JSON is reached.
            if Bool.random(using: &dice), bytes.count > 12 {
                bytes.replaceSubrange(8..<12, with: Self.file(String(repeating: " ", count: bytes.count - 12))[8..<12])
            }
            guard case .header(let header) = try? SegmentHeader.parse(bytes) else { continue }
            accepted += 1
            let again = try SegmentHeader(
                identity: header.identity, track: header.track, start: header.start, codec: header.codec, previous: header.previous,
                keys: header.keys)
            guard case .header(let read) = try SegmentHeader.parse(again.encoded) else { throw RecordingError(.io, "") }
            #expect(read.identity == header.identity && read.keys == header.keys && read.previous == header.previous)
            #expect(read.start == header.start && read.track == header.track && read.codec == header.codec)
        }
        #expect(accepted > 0)
    }
}
