/// How long a segment is kept on its node: as long as continuous footage, as long as an event's, or until its star is taken away.
package enum RetentionClass: String, Sendable, Hashable, Codable, CaseIterable { case continuous, event, starred }
