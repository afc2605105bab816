/// The id of one hub process, with which the tickets begin that it gives out. A process that is started again is another one: it knows
/// nothing of the tickets of the one before.
package enum ReplicaID {
    /// Twelve hexadecimal digits, made by chance.
    package static func make() -> String { String(Secret.make().prefix(12)) }

    /// Of the replica that gave out a ticket.
    static func of(ticket: String) -> String { String(ticket.prefix { $0 != "." }) }
}
