import Protocol

/// What a node may fill of a row: names that are ids, texts and lists of a length that a page can show.
private enum ReportLimits {
    static let cameras = 256
    static let name = 128
    static let version = 64
    static let problem = 256
    static let shortcomings = 8

    /// In scalars: one character may be of any length.
    static func cut(_ text: String, to length: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
    }
}

extension NodeState {
    /// As it is kept: without cameras whose id is none.
    var trimmed: NodeState {
        var state = self
        state.version = version.map { ReportLimits.cut($0, to: ReportLimits.version) }
        state.instance = instance.map { ReportLimits.cut($0, to: ReportLimits.name) }
        state.motionOnly = motionOnly.map { ReportLimits.cut($0, to: ReportLimits.problem) }
        state.shortcomings = shortcomings.map {
            $0.prefix(ReportLimits.shortcomings).map { ReportLimits.cut($0, to: ReportLimits.problem) }
        }
        state.cameras = cameras.map { cameras in
            cameras.filter { Identifier.isValid($0.id) }.prefix(ReportLimits.cameras).map { camera in
                NodeCamera(
                    id: camera.id, name: ReportLimits.cut(camera.name, to: ReportLimits.name), online: camera.online,
                    problem: camera.problem.map { ReportLimits.cut($0, to: ReportLimits.problem) },
                    unrecorded: camera.unrecorded.map { ReportLimits.cut($0, to: ReportLimits.problem) }, subStream: camera.subStream)
            }
        }
        return state
    }
}

extension NodeHealth {
    /// As it is kept: without cameras whose id is none, and without an epoch that is none.
    var trimmed: NodeHealth {
        var health = self
        health.epoch = epoch.flatMap { Identifier.isValid($0) ? $0 : nil }
        health.cameras = Array(cameras.filter { Identifier.isValid($0.id) }.prefix(ReportLimits.cameras))
        return health
    }
}
