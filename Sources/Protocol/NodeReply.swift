/// The answer to a `NodeCommand` on `vigilar/node/{node}/reply`.
package struct NodeReply: Sendable, Hashable, Codable {
    package var ok: Bool
    /// Why not.
    package var error: String?
    /// Of `resend`: rows that are sent again.
    package var rows: Int?

    package init(ok: Bool, error: String? = nil, rows: Int? = nil) {
        self.ok = ok
        self.error = error
        self.rows = rows
    }
}
