import Base
import MediaTypes
import Protocol
import Trust

/// The JSON of a segment's header. Fields that it does not know are left aside: who adds one without which a segment would be misread,
/// gives the header another version.
struct SegmentHeaderJSON {
    private let object: JSONObject

    /// - Throws: `RecordingError`: `malformed` for what is no JSON object, or one with two readings; `unsupported` for another version.
    init(_ bytes: [UInt8]) throws(RecordingError) {
        do throws(JSONError) { object = try JSONObject(bytes) } catch { throw SegmentHeader.malformed("\(error)") }
        guard let version = object.integer("v") else { throw SegmentHeader.malformed("it has no version") }
        guard version == SegmentHeader.version else {
            throw RecordingError(
                .unsupported, "the segment is of version \(version), and this program reads version \(SegmentHeader.version): update it")
        }
    }

    func identity() throws(RecordingError) -> SegmentIdentity {
        guard let segment = EventID(try text("segment")) else { throw SegmentHeader.malformed("the segment's id is no UUID") }
        return SegmentIdentity(site: try text("site"), node: try text("node"), camera: try text("camera"), segment: segment)
    }

    func track() throws(RecordingError) -> SegmentTrack {
        guard let track = SegmentTrack(rawValue: try text("track")) else {
            throw SegmentHeader.malformed("its track is neither main nor sub")
        }
        return track
    }

    func start() throws(RecordingError) -> Timestamp {
        guard let start = Timestamp(rfc3339: try text("start")) else { throw SegmentHeader.malformed("its start is no time") }
        return start
    }

    func codec() throws(RecordingError) -> VideoCodec {
        guard let codec = VideoCodec(rawValue: try text("codec")) else {
            throw RecordingError(.unsupported, "the segment's compression is not known to this program: update it")
        }
        return codec
    }

    func previous() throws(RecordingError) -> [UInt8]? {
        if object.raw("previous") == nil || object.isNull("previous") { return nil }
        return try Self.bytes(object, "previous")
    }

    func keys() throws(RecordingError) -> [SealedDataKey] {
        do {
            guard let elements = try object.elements("keys") else { throw SegmentHeader.malformed("keys is no list") }
            return try elements.map { range in
                let key = try JSONObject(Array(object.bytes[range]))
                guard let to = key.string("to") else { throw SegmentHeader.malformed("a key is for nobody") }
                return SealedDataKey(to: to, box: try Self.bytes(key, "box"))
            }
        } catch let error as RecordingError { throw error } catch { throw SegmentHeader.malformed("a key in it is no JSON object") }
    }

    private func text(_ key: String) throws(RecordingError) -> String {
        guard let text = object.string(key) else { throw SegmentHeader.malformed("\(key) is missing, or no text") }
        return text
    }

    private static func bytes(_ object: JSONObject, _ key: String) throws(RecordingError) -> [UInt8] {
        guard let text = object.string(key), let bytes = Base64URL.decode(text) else {
            throw SegmentHeader.malformed("\(key) is missing, or no URL-safe Base64")
        }
        return bytes
    }

    /// The bytes of a header's JSON, which hold nothing that is not ASCII.
    static func encode(
        _ identity: SegmentIdentity, _ track: SegmentTrack, _ start: Timestamp, _ codec: VideoCodec, _ previous: [UInt8]?,
        _ keys: [SealedDataKey]
    ) -> [UInt8] {
        var out = Array("{\"v\":\(SegmentHeader.version)".utf8)
        let texts = [
            ("site", identity.site), ("node", identity.node), ("camera", identity.camera), ("segment", identity.segment.description),
            ("track", track.rawValue), ("start", start.rfc3339), ("codec", codec.rawValue),
        ]
        for (key, value) in texts { append(key, value, after: ",", to: &out) }
        if let previous { append("previous", Base64URL.encode(previous), after: ",", to: &out) } else { out += ",\"previous\":null".utf8 }
        out += ",\"keys\":[".utf8
        for (index, key) in keys.enumerated() {
            if index > 0 { out += ",".utf8 }
            append("to", key.to, after: "{", to: &out)
            append("box", Base64URL.encode(key.box), after: ",", to: &out)
            out += "}".utf8
        }
        return out + "]}".utf8
    }

    private static func append(_ key: String, _ value: String, after separator: String, to out: inout [UInt8]) {
        out += separator.utf8
        JSONText.append(key, to: &out)
        out += ":".utf8
        JSONText.append(value, to: &out)
    }
}
