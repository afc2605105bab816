import Protocol

extension Keyring {
    /// Opens a portrait.
    /// - Parameters:
    ///   - node: For which it was sealed, with event and rank.
    /// - Returns: Nil where none of the keys opens it, or it is none.
    func portrait(_ box: [UInt8], of event: EventID, from node: String, rank: Int) -> Portrait? {
        open(box, context: PortraitWire.context(node: node, event: event, rank: rank)).flatMap { PortraitWire.unpack($0) }
    }
}
