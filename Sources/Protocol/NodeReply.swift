/// The answer to a `NodeCommand` on `vigilar/node/{node}/reply`.
package struct NodeReply: Sendable, Hashable, Codable {
    package var ok: Bool
    /// Why not.
    package var error: String?
    /// Of `resend`: rows that are sent again.
    package var rows: Int?
    /// Of `camera` and `star`, where the change came with a number that was not higher: the highest so far.
    package var number: Int64?

    package init(ok: Bool, error: String? = nil, rows: Int? = nil, number: Int64? = nil) {
        self.ok = ok
        self.error = error
        self.rows = rows
        self.number = number
    }
}
