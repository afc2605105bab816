package import Base
package import Protocol

/// A claimed camera's settings as the store has them: those that the hub wants, and its node's last word.
package struct CameraSettingsRecord: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        /// The settings are the node's own: the hub has set none.
        case own
        /// The node has not answered to the hub's settings yet.
        case waiting
        /// The hub's settings are in force.
        case applied
        /// The node cannot use the hub's settings; those of before are in force.
        case refused
        /// Somebody changed the settings on the node: theirs are in force until a person decides.
        case conflict
        /// The node has not told the settings yet, and the hub has set none.
        case unknown
    }

    package var camera: String
    /// The node that the camera belongs to.
    package var node: String
    /// Nil where the hub has set none.
    package var wanted: WantedCameraSettings?
    /// Nil where the node has not said anything.
    package var report: CameraConfigReport?
    package var reportedAt: Timestamp?

    package init(
        camera: String, node: String, wanted: WantedCameraSettings? = nil, report: CameraConfigReport? = nil, reportedAt: Timestamp? = nil
    ) {
        self.camera = camera
        self.node = node
        self.wanted = wanted
        self.report = report
        self.reportedAt = reportedAt
    }

    package var state: State {
        guard let wanted else { return report == nil ? .unknown : .own }
        guard let report, report.revision >= wanted.revision else { return .waiting }
        // A node that knows more than the hub: the hub was restored from a backup.
        guard report.revision == wanted.revision else { return .conflict }
        switch report.state {
        case .own: return .own
        case .applied: return .applied
        case .refused: return .refused
        case .conflict: return .conflict
        }
    }

    /// The next revision: above all that hub and node know, so that a node takes it in even from a hub that was restored from a backup.
    var nextRevision: Int64 { min(max(wanted?.revision ?? 0, report?.revision ?? 0), Limits.counter - 1) + 1 }

    /// Why settings cannot be set; nil where they can.
    /// - Parameter digest: Of the node's settings that somebody has seen and means to replace.
    func refusal(over digest: String?) -> CameraSettingsOutcome? {
        if let digest { return digest == report?.digest ? nil : .outdated }
        return state == .conflict ? .undecided : nil
    }
}
