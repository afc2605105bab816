/// What a node says on `vigilar/camera/{camera}/config/applied`, retained: which settings the camera has, and what became of the hub's.
package struct CameraConfigReport: Sendable, Hashable {
    package enum State: String, Sendable {
        /// The settings are the node's own: the hub has sent none.
        case own
        /// The settings are those of `revision`.
        case applied
        /// Those of `revision` cannot be used; `errors` says why. The settings are the ones before.
        case refused
        /// The settings were changed on the node while those of `revision` were on their way: theirs stand until somebody decides.
        case conflict
    }

    /// A fault of one key.
    package struct Fault: Sendable, Hashable, Codable {
        package var key: String
        package var message: String

        package init(key: String, message: String) {
            self.key = key
            self.message = message
        }
    }

    /// 0 where the hub has sent none.
    package var revision: Int64
    package var state: State
    /// JSON of the object of the settings that are in force, complete.
    package var settings: [UInt8]
    /// A text that is another one for other settings.
    package var digest: String
    package var faults: [Fault]

    package init(revision: Int64, state: State, settings: [UInt8], digest: String, faults: [Fault] = []) {
        self.revision = revision
        self.state = state
        self.settings = settings
        self.digest = digest
        self.faults = faults
    }

    /// Reads one.
    /// - Throws: `JSONError`.
    package init(_ payload: [UInt8]) throws(JSONError) {
        let object = try JSONObject(payload)
        guard let revision = object.integer("revision"), revision >= 0, let state = object.string("state").flatMap(State.init),
            let settings = try object.object("settings"), let digest = object.string("digest"), digest.utf8.count <= 128
        else { throw JSONError(at: 0, "not the expected members") }
        self.revision = revision
        self.state = state
        self.settings = Array(settings.raw)
        self.digest = digest
        faults = []
        for range in try object.elements("errors") ?? [] {
            let fault = try JSONObject(Array(payload[range]))
            guard let key = fault.string("key"), let message = fault.string("message") else {
                throw JSONError(at: range.lowerBound, "no error")
            }
            faults.append(Fault(key: key, message: message))
        }
    }

    /// The payload.
    package var payload: [UInt8] {
        var out = Array("{\"revision\":\(revision),\"state\":\"\(state.rawValue)\",\"digest\":".utf8)
        JSONText.append(digest, to: &out)
        out += Array(",\"settings\":".utf8) + settings + Array(",\"errors\":[".utf8)
        for (index, fault) in faults.enumerated() {
            out += Array((index > 0 ? "," : "").utf8) + Array("{\"key\":".utf8)
            JSONText.append(fault.key, to: &out)
            out += Array(",\"message\":".utf8)
            JSONText.append(fault.message, to: &out)
            out.append(UInt8(ascii: "}"))
        }
        return out + Array("]}".utf8)
    }
}
