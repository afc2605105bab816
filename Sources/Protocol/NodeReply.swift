/// The answer to a `NodeCommand` on `vigilar/node/{node}/reply`.
package struct NodeReply: Sendable, Hashable, Codable {
    package var ok: Bool
    /// Why not.
    package var error: String?
    /// Of `resend`: rows that are sent again.
    package var rows: Int?
    /// Of `camera` and `star`, where the change came with a number that was not higher: the highest so far.
    package var number: Int64?
    /// Of `delete`: which segments stay, by their ids, and why: `kept`, `open` or `outdated`. All others of the order are gone for good.
    package var refused: [String: String]?

    package init(ok: Bool, error: String? = nil, rows: Int? = nil, number: Int64? = nil, refused: [String: String]? = nil) {
        self.ok = ok
        self.error = error
        self.rows = rows
        self.number = number
        self.refused = refused
    }
}
