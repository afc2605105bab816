/// What is wrong about the fleet: questions that both databases understand, whose answers are all faults.
struct FleetFindings {
    /// Cameras whose node is missing, and that node.
    static let strayCameras = """
        SELECT c.id, c.node FROM cameras c WHERE NOT EXISTS (SELECT 1 FROM nodes n WHERE n.name = c.node) ORDER BY 1
        """
    /// Certificates whose node is missing, and that node.
    static let strayCertificates = """
        SELECT c.serial, c.node FROM certificates c WHERE NOT EXISTS (SELECT 1 FROM nodes n WHERE n.name = c.node) ORDER BY 1
        """
    /// Certificates that were left to revoked nodes, and their node.
    static let standingCertificates = """
        SELECT c.serial, c.node FROM certificates c
        WHERE c.revoked_at IS NULL AND EXISTS (SELECT 1 FROM nodes n WHERE n.name = c.node AND n.revoked_at IS NOT NULL) ORDER BY 1
        """

    /// Each kind is listed one by one up to this many, then counted.
    static let listed = 20

    /// A thing by its id or serial, and its node's name.
    typealias Fault = (thing: String, node: String)

    var strayCameras: [Fault] = []
    var strayCertificates: [Fault] = []
    var standingCertificates: [Fault] = []

    /// One line for each thing that is broken, the rest as counts.
    var lines: [String] {
        Self.list(strayCameras, of: "cameras") { "camera \($0.thing): its node \($0.node) is missing" }
            + Self.list(strayCertificates, of: "certificates") { "certificate \($0.thing): its node \($0.node) is missing" }
            + Self.list(standingCertificates, of: "certificates") {
                "certificate \($0.thing): it is not revoked, but its node \($0.node) is"
            }
    }

    private static func list(_ faults: [Fault], of kind: String, _ line: (Fault) -> String) -> [String] {
        faults.prefix(listed).map(line) + (faults.count > listed ? ["and \(faults.count - listed) more \(kind)"] : [])
    }
}
