package import Base

/// The retained payload of `vigilar/node/{node}/state`.
package struct NodeState: Sendable, Hashable, Codable {
    private enum CodingKeys: String, CodingKey {
        case state, version, started, cameras, instance, shortcomings
        case motionOnly = "motion_only"
    }

    package enum Presence: String, Sendable, Hashable, Codable { case online, offline }

    package var state: Presence
    /// The program's version; absent from the last will.
    package var version: String?
    /// When the node's process began.
    package var started: Timestamp?
    package var cameras: [NodeCamera]?
    /// Which process says so, different for each: the machine's name and a random part. Two of one node at once are a copied disk.
    package var instance: String?
    /// Why the node sees motion only, and neither people nor animals nor vehicles, for people; nil where it sees them.
    package var motionOnly: String?
    /// What the node does without, beside that, and why, for people; nil where nothing is known.
    package var shortcomings: [String]?

    package init(
        state: Presence, version: String? = nil, started: Timestamp? = nil, cameras: [NodeCamera]? = nil, instance: String? = nil,
        motionOnly: String? = nil, shortcomings: [String]? = nil
    ) {
        self.state = state
        self.version = version
        self.started = started
        self.cameras = cameras
        self.instance = instance
        self.motionOnly = motionOnly
        self.shortcomings = shortcomings
    }
}
