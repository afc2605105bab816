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

    /// - Returns: Nil where the header does not tell.
    func video(_ codec: VideoCodec) throws(RecordingError) -> VideoTrack? {
        guard let track = try part("video") else { return nil }
        let configuration = try Self.bytes(track, "configuration")
        guard let width = track.integer("width"), let height = track.integer("height"), (1...0xffff).contains(width),
            (1...0xffff).contains(height), configuration.count >= 7
        else { throw SegmentHeader.malformed("what it says of its pictures cannot be") }
        return VideoTrack(codec: codec, width: Int(width), height: Int(height), configuration: configuration)
    }

    func sound() throws(RecordingError) -> SoundTrack? {
        guard let track = try part("sound") else { return nil }
        guard let rate = track.integer("rate"), let channels = track.integer("channels"),
            let sound = try? SoundTrack(
                configuration: Self.bytes(track, "configuration"), sampleRate: Int(clamping: rate), channels: Int(clamping: channels))
        else { throw SegmentHeader.malformed("what it says of its sound cannot be") }
        return sound
    }

    private func part(_ key: String) throws(RecordingError) -> JSONObject? {
        guard let raw = object.raw(key) else { return nil }
        do throws(JSONError) { return try JSONObject(Array(raw)) } catch { throw SegmentHeader.malformed("\(key) is no JSON object") }
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

    /// What it says of its tracks, each member with a comma before it; Base64 and numbers need no escapes.
    static func tracks(_ video: VideoTrack?, _ sound: SoundTrack?) -> String {
        var out = ""
        if let video {
            let configuration = Base64URL.encode(video.configuration)
            out += ",\"video\":{\"width\":\(video.width),\"height\":\(video.height),\"configuration\":\"\(configuration)\"}"
        }
        if let sound {
            let configuration = Base64URL.encode(sound.configuration)
            out += ",\"sound\":{\"rate\":\(sound.sampleRate),\"channels\":\(sound.channels),\"configuration\":\"\(configuration)\"}"
        }
        return out
    }

    /// The bytes of a header's JSON, which hold nothing that is not ASCII.
    static func encode(
        _ identity: SegmentIdentity, _ track: SegmentTrack, _ start: Timestamp, _ codec: VideoCodec, _ tracks: String, _ previous: [UInt8]?,
        _ keys: [SealedDataKey]
    ) -> [UInt8] {
        var out = Array("{\"v\":\(SegmentHeader.version)".utf8)
        let texts = [
            ("site", identity.site), ("node", identity.node), ("camera", identity.camera), ("segment", identity.segment.description),
            ("track", track.rawValue), ("start", start.rfc3339), ("codec", codec.rawValue),
        ]
        for (key, value) in texts { append(key, value, after: ",", to: &out) }
        out += tracks.utf8
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
