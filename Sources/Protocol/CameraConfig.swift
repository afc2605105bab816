/// What the hub signs and puts on `vigilar/camera/{camera}/config`: the settings that a camera is to have.
package struct CameraConfig: Sendable, Hashable {
    package static let version: Int64 = 1
    /// The most that settings may take, in bytes.
    package static let limit = 64 << 10

    package var camera: String
    /// The node that the camera belongs to, so that no other one takes it in.
    package var node: String
    /// Counts up with each change; what lies below the last one is an old message.
    package var revision: Int64
    /// JSON of an object, as the hub was given it: the node is the one that judges it.
    package var settings: [UInt8]
    /// The digest that the node gave of the settings which these are to take the place of; nil where the hub knew of none.
    package var base: String?

    package init(camera: String, node: String, revision: Int64, settings: [UInt8], base: String?) {
        self.camera = camera
        self.node = node
        self.revision = revision
        self.settings = settings
        self.base = base
    }

    /// Reads one.
    /// - Throws: `JSONError`, also for another version.
    package init(_ payload: [UInt8]) throws(JSONError) {
        let object = try JSONObject(payload)
        guard object.integer("v") == Self.version else {
            throw JSONError(at: 0, "of another version than \(Self.version): update this program")
        }
        guard let camera = object.string("camera"), Identifier.isValid(camera), let node = object.string("node"),
            let revision = object.integer("revision"), revision > 0,
            let settings = try object.object("settings")
        else { throw JSONError(at: 0, "not the expected members") }
        self.camera = camera
        self.node = node
        self.revision = revision
        self.settings = Array(settings.raw)
        base = object.string("base")
    }

    /// The text that is signed.
    package var text: String {
        var out = Array("{\"v\":\(Self.version),\"camera\":".utf8)
        JSONText.append(camera, to: &out)
        out += Array(",\"node\":".utf8)
        JSONText.append(node, to: &out)
        out += Array(",\"revision\":\(revision),\"settings\":".utf8) + settings
        if let base {
            out += Array(",\"base\":".utf8)
            JSONText.append(base, to: &out)
        }
        return String(decoding: out + [UInt8(ascii: "}")], as: UTF8.self)
    }
}
