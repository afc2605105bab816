private import Base
package import Hummingbird
private import Protocol

/// `/api/v1/keys`: which keys the hub has, by their fingerprints, and whether they are backed up.
package struct KeyRoutes: Sendable {
    let keyring: Keyring

    package func add(to router: some RouterMethods<WebContext>) {
        router.get("/api/v1/keys") { _, _ in
            let state = keyring.state
            let backup = state.backupAt.map { "\"\($0.rfc3339)\"" } ?? "null"
            var out = Array(
                """
                {"sealing_key":"\(state.sealingKey)","older_keys":\(state.olderKeys),"backup_at":\(backup),"backed_up":\(state.isBackedUp),\
                "warning":
                """.utf8)
            if let warning = state.warning { JSONText.append(warning, to: &out) } else { out.append(contentsOf: "null".utf8) }
            out.append(UInt8(ascii: "}"))
            return Response(json: out)
        }
    }
}
