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

extension Severity: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let severity = Severity(name: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a severity")
        }
        self = severity
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
