/// What a screen is told that asks what became of its code.
package enum KioskClaim: Sendable, Hashable {
    /// Nobody has approved it yet.
    case waiting
    /// It was approved, and has its session from now on.
    case claimed(Kiosk)
    /// There is no such code, or its time is over, or it was claimed.
    case over
}
