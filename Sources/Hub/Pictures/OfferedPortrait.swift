import Protocol

/// The address of a portrait that was made of a picture that somebody gave: there is no node of this name.
enum OfferedPortrait {
    static let node = ""
    static let rank = 1

    /// What it is sealed for.
    static func context(_ id: EventID) -> [UInt8] { PortraitWire.context(node: node, event: id, rank: rank) }
}
