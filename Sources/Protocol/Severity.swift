/// How much an event matters, least first.
package enum Severity: Int, Sendable, Hashable, Comparable, CaseIterable {
    case info, notice, warning, alarm, critical

    /// The word on the wire.
    package var name: String {
        switch self {
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .alarm: "alarm"
        case .critical: "critical"
        }
    }

    package init?(name: some StringProtocol) {
        guard let match = Severity.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
}
