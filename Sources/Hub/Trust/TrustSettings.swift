import Settings

/// Whom nodes and browsers shall trust: the table `[tls]` of `hub.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `folder` | path | `trust` in the data folder |
/// | `authority`, `authority_key` | paths of PEM files | made at the first start |
/// | `certificate`, `certificate_key` | paths of PEM files | issued by the authority, and renewed |
package struct TrustSettings: Sendable, Equatable {
    /// Where the hub's keys lie, absolute. Replicas of one installation have copies of one folder.
    package let folder: String
    /// Files of a given authority.
    package let authority: PEMFiles?
    /// Files of a given certificate of that authority's.
    package let certificate: PEMFiles?

    /// A certificate and its private key.
    package struct PEMFiles: Sendable, Equatable {
        package let certificate: String
        package let key: String
    }

    static let keys = [
        KeyDescription("tls.folder", "path", standard: "trust in the data folder"),
        KeyDescription("tls.authority", "path", standard: "made at the first start"),
        KeyDescription("tls.authority_key", "path", standard: "none"),
        KeyDescription("tls.certificate", "path", standard: "issued by the authority"),
        KeyDescription("tls.certificate_key", "path", standard: "none"),
    ]

    init(_ table: TableReader, dataFolder: String) {
        folder = table.path("folder") ?? "\(dataFolder)/trust"
        authority = Self.pair(table, "authority")
        certificate = Self.pair(table, "certificate")
    }

    private static func pair(_ table: TableReader, _ name: String) -> PEMFiles? {
        let (certificate, key) = (table.path(name), table.path("\(name)_key"))
        if let certificate, let key { return PEMFiles(certificate: certificate, key: key) }
        if certificate != nil { table.fail("\(name)_key", "is missing: name the private key of \(name)") }
        if key != nil { table.fail(name, "is missing: name the certificate of \(name)_key") }
        return nil
    }
}
