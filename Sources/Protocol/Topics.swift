/// Every MQTT topic of the event path, in one place.
package enum Topics {
    package static let published = "vigilar/events/published"
    package static let wake = "vigilar/hub/wake"
    /// What hubs share among each other to take events in.
    package static let sharedEvents = "$share/hub/vigilar/node/+/events"
    package static let allStates = "vigilar/node/+/state"
    package static let allHealth = "vigilar/node/+/health"
    package static let allReplies = "vigilar/node/+/reply"

    package static let allConfigReports = "vigilar/camera/+/config/applied"

    package static func events(node: String) -> String { "vigilar/node/\(node)/events" }
    package static func acknowledgement(node: String) -> String { "vigilar/node/\(node)/ack" }
    package static func state(node: String) -> String { "vigilar/node/\(node)/state" }
    package static func health(node: String) -> String { "vigilar/node/\(node)/health" }
    package static func command(node: String) -> String { "vigilar/node/\(node)/command" }
    package static func reply(node: String) -> String { "vigilar/node/\(node)/reply" }

    package static func cameraState(_ camera: String) -> String { "vigilar/camera/\(camera)/state" }
    package static func config(camera: String) -> String { "vigilar/camera/\(camera)/config" }
    package static func configReport(camera: String) -> String { "vigilar/camera/\(camera)/config/applied" }

    /// The camera and the rest of `vigilar/camera/{camera}/{rest}`; nil for other topics and for names that are no ids.
    package static func parse(camera topic: String) -> (camera: String, rest: String)? {
        let parts = topic.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "vigilar", parts[1] == "camera", Identifier.isValid(parts[2]) else { return nil }
        return (String(parts[2]), String(parts[3]))
    }

    /// The node and the last part of `vigilar/node/{node}/{part}`; nil for other topics and for names that are no ids.
    package static func parse(node topic: String) -> (node: String, part: String)? {
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "vigilar", parts[1] == "node", Identifier.isValid(parts[2]) else { return nil }
        return (String(parts[2]), String(parts[3]))
    }

    /// Content types of an event batch.
    package static let json = "application/json"
    package static let zstd = "application/json+zstd"
}
