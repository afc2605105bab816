package import Base
package import Foundation
private import Protocol

/// The nodes that may connect: a row in the store and a secret in a file of mode 0600 each.
///
/// The secret is the node's MQTT password. It lies in the data folder, where only the hub's user reads it, until joining by
/// certificate replaces it.
package struct NodeRegistry: Sendable {
    private let folder: URL
    private let store: any EventStore
    private let clock: any WallClock

    /// - Parameter data: The hub's data folder; secrets go into `nodes/` below it.
    package init(data: URL, store: any EventStore, clock: any WallClock) {
        folder = data.appending(path: "nodes", directoryHint: .isDirectory)
        self.store = store
        self.clock = clock
    }

    /// Adds a node, or changes its site; an existing secret stays. Returns where the secret lies.
    package func add(name: String, site: String) async throws -> URL {
        guard Identifier.isValid(name), name != "hub" else {
            throw AdministrationError("The node's name \(Identifier.rule), and not 'hub'.")
        }
        guard Identifier.isValid(site) else { throw AdministrationError("The site \(Identifier.rule).") }
        let file = secretFile(name)
        if !FileManager.default.fileExists(atPath: file.path) {
            try PrivateFile.makeFolder(folder)
            try PrivateFile.write(Secret.make() + "\n", to: file)
        }
        try await store.upsertNode(NodeRecord(name: name, site: site, addedAt: clock.now))
        return file
    }

    /// Names and secrets of every node whose secret file is there. A file that is no secret is left out and named in `unreadable`.
    package func secrets() throws -> (secrets: [(name: String, secret: String)], unreadable: [String]) {
        guard FileManager.default.fileExists(atPath: folder.path) else { return ([], []) }
        var secrets: [(name: String, secret: String)] = []
        var unreadable: [String] = []
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where file.pathExtension == "secret" {
            let name = file.deletingPathExtension().lastPathComponent
            let text = try? String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            if let text, Identifier.isValid(name), Secret.isValid(text) { secrets.append((name, text)) } else { unreadable.append(name) }
        }
        return (secrets.sorted { $0.name < $1.name }, unreadable.sorted())
    }

    private func secretFile(_ name: String) -> URL { folder.appending(path: "\(name).secret") }
}
