private import Protocol

extension [Grant] {
    private struct Stored: Codable {
        let grants: [Grant]
    }

    /// As the store keeps them: a JSON object.
    package var text: String { NodeJSON.encode(Stored(grants: self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}" }

    /// What the store has; nothing at all where that cannot be read.
    package init(text: String) { self = (try? NodeJSON.decode(Stored.self, from: [UInt8](text.utf8)))?.grants ?? [] }

    /// Whether they hold for the whole installation, nodes and accounts included.
    package var areAdministrators: Bool { Access(self).mayEverywhere(.administer) }
}
