private import Protocol

extension [Grant] {
    /// As the store keeps them: a JSON list.
    package var text: String { NodeJSON.encode(self).map { String(decoding: $0, as: UTF8.self) } ?? "[]" }

    /// What the store has; nothing at all where that cannot be read.
    package init(text: String) { self = (try? NodeJSON.decode([Grant].self, from: [UInt8](text.utf8))) ?? [] }

    /// Whether they hold for the whole installation, nodes and accounts included.
    package var areAdministrators: Bool { Access(self).mayEverywhere(.administer) }
}
