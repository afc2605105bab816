/// What became of a node that came with the secret of an invitation.
package enum Redemption: Sendable, Hashable {
    /// It belongs to the installation, as this.
    case accepted(FleetNode)
    /// No invitation has this secret: there never was one, or it was replaced or withdrawn.
    case unknown
    /// Somebody has come with it before.
    case used
    /// It came too late.
    case expired
}
