package import Base
private import Crypto
private import Foundation
private import Trust

/// Slows down guessing. Of a wrong password five are free for one account from one address, and twenty from one address; of a wrong code of a
/// second factor ten are free for an account from anywhere, since only who has the password gets so far. Then each further attempt has to wait,
/// twice as long every time, up to five minutes, and an hour for codes. The counts are the store's, so that it does not help to ask another replica. Pure.
/// Codes that screens are paired by are counted in the same way.
package enum SignInThrottle {
    /// What is counted.
    package struct Key: Sendable, Hashable {
        /// SHA-256 of what it stands for: what people type for a name is now and then their password.
        package let hash: [UInt8]
        /// Failures that cost nothing.
        package let allowance: Int
        /// Seconds that an attempt has to wait at most.
        let longestWait: Double

        private init(_ parts: String..., allowance: Int, longestWait: Double = 300) {
            hash = Array(SHA256.hash(data: Data(parts.joined(separator: "\0").utf8)))
            self.allowance = allowance
            self.longestWait = longestWait
        }

        /// Of an account from an address.
        package static func account(_ account: String, from address: String) -> Key {
            Key("account", account, network(address), allowance: 5)
        }
        /// Of an address.
        package static func address(_ address: String) -> Key { Key("address", network(address), allowance: 20) }
        /// Of the codes of an account, of which three in a million are right at any time: with an hour between them nobody gets far in a year.
        package static func codes(_ account: String) -> Key { Key("codes", account, allowance: 10, longestWait: 3600) }
        /// Of the recovery codes of an account, which are too long to be found: whoever keeps its codes busy does not keep its owner out.
        package static func recovery(_ account: String) -> Key { Key("recovery", account, allowance: 10) }
        /// Of the codes that screens show, from an address. A screen that nobody pairs asks for one every ten minutes, which is longer than the wait.
        package static func pairings(from address: String) -> Key { Key("pairings", network(address), allowance: 10, longestWait: 60) }

        /// Whoever has one IPv6 address has 2⁶⁴ of them: the network counts.
        private static func network(_ address: String) -> String {
            guard let address = NetworkAddress(address) else { return address }
            return address.bytes.count == 16 ? Hexadecimal.encode(address.bytes.prefix(8)) : address.description
        }
    }

    /// What the store keeps of a key.
    package struct Count: Sendable, Hashable {
        package var failures: Int
        package var last: Timestamp

        package init(failures: Int, last: Timestamp) {
            self.failures = failures
            self.last = last
        }
    }

    /// Seconds without a failure after which a count is forgotten: longer than any wait.
    package static let memory = 7200.0

    /// Whole seconds to wait before the next attempt; nil where it may be made now.
    package static func wait(_ count: Count, of key: Key, now: Timestamp) -> Int? {
        guard count.failures >= key.allowance else { return nil }
        var wait = 1.0
        for _ in 0..<(count.failures - key.allowance) where wait < key.longestWait { wait *= 2 }
        wait = min(wait, key.longestWait)
        let past = now.seconds(since: count.last)
        // The clock was set back, by more than replicas' clocks differ: nobody is locked out until it has caught up.
        guard past > -wait else { return nil }
        let remaining = wait - max(0, past)
        return remaining > 0 ? Int(remaining.rounded(.up)) : nil
    }

    /// With one failure more.
    package static func counted(_ count: Count?, now: Timestamp) -> Count {
        guard let count, now.seconds(since: count.last) <= memory else { return Count(failures: 1, last: now) }
        return Count(failures: min(count.failures + 1, 1000), last: now)
    }
}
