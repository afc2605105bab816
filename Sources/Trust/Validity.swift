import Base
import Foundation

/// From when to when something is valid, in whole seconds, as certificates have it.
struct Validity {
    let notBefore: Timestamp
    let notAfter: Timestamp

    /// Seconds by which it begins in the past: a node without a clock of its own may be a little behind.
    static let skew = 300.0

    /// - Parameters:
    ///   - days: 1 to 3660.
    ///   - limit: When it ends at the latest.
    init(now: Timestamp, days: Int, limit: Timestamp? = nil) throws(TrustError) {
        guard (1...3660).contains(days) else { throw TrustError(.unusable, "the lifetime must be 1 to 3660 days") }
        let start = now.advanced(bySeconds: -Self.skew).secondsSince1970.rounded(.down)
        let end = now.advanced(bySeconds: Double(days) * 86_400).secondsSince1970.rounded(.down)
        notBefore = Timestamp(secondsSince1970: start)
        notAfter = min(Timestamp(secondsSince1970: end), limit ?? Timestamp(secondsSince1970: end))
        guard notBefore < notAfter, now < notAfter else {
            throw TrustError(.unusable, "the lifetime would end before it begins: check the clock, and whether the authority has expired")
        }
    }

    var dates: (notBefore: Date, notAfter: Date) {
        (Date(timeIntervalSince1970: notBefore.secondsSince1970), Date(timeIntervalSince1970: notAfter.secondsSince1970))
    }
}
