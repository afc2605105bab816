package import Base

/// Slows down guessing: after five failures of one account from one address, or twenty from one address, each further attempt has to
/// wait, twice as long every time, up to five minutes. A success clears the account's count. The table is bounded; when it is full
/// the entry that was quiet for longest gives way.
package struct SignInThrottle: Sendable {
    /// What is counted.
    private enum Key: Hashable {
        case account(String, address: String)
        case address(String)
    }

    private struct Entry {
        var failures: Int
        var last: Timestamp
    }

    private var entries: [Key: Entry] = [:]
    private let capacity: Int

    private static let accountAllowance = 5
    private static let addressAllowance = 20
    private static let longestWait = 300.0
    /// After this long without a failure an entry is forgotten.
    private static let memory = 3600.0

    package init(capacity: Int = 10_000) { self.capacity = max(2, capacity) }

    /// Whole seconds to wait before the next attempt; nil when it may be made now.
    package func wait(account: String, address: String, now: Timestamp) -> Int? {
        let waits = [
            remaining(.account(account, address: address), allowance: Self.accountAllowance, now: now),
            remaining(.address(address), allowance: Self.addressAllowance, now: now),
        ]
        guard let longest = waits.max(), longest > 0 else { return nil }
        return Int(longest.rounded(.up))
    }

    /// Notes a wrong password or an unknown account.
    package mutating func failed(account: String, address: String, now: Timestamp) {
        count(.account(account, address: address), now: now)
        count(.address(address), now: now)
    }

    /// Notes a sign-in, whose attempt was counted as a failure before it was known.
    package mutating func succeeded(account: String, address: String) {
        entries[.account(account, address: address)] = nil
        if var entry = entries[.address(address)] {
            entry.failures -= 1
            entries[.address(address)] = entry.failures > 0 ? entry : nil
        }
    }

    /// Takes back one count of an attempt that ended without a verdict, because the store or the hashers did not answer.
    package mutating func undecided(account: String, address: String) {
        for key in [Key.account(account, address: address), .address(address)] {
            guard var entry = entries[key] else { continue }
            entry.failures -= 1
            entries[key] = entry.failures > 0 ? entry : nil
        }
    }

    private func remaining(_ key: Key, allowance: Int, now: Timestamp) -> Double {
        guard let entry = entries[key], entry.failures >= allowance else { return 0 }
        var wait = 1.0
        for _ in 0..<(entry.failures - allowance) where wait < Self.longestWait { wait *= 2 }
        // A clock that was set back must not lock anybody out for longer than the wait itself.
        return min(wait, Self.longestWait) - max(0, now.seconds(since: entry.last))
    }

    private mutating func count(_ key: Key, now: Timestamp) {
        if var entry = entries[key] {
            entry.failures = now.seconds(since: entry.last) > Self.memory ? 1 : min(entry.failures + 1, 1000)
            entry.last = now
            entries[key] = entry
            return
        }
        if entries.count >= capacity {
            entries = entries.filter { now.seconds(since: $0.value.last) <= Self.memory }
            if entries.count >= capacity, let oldest = entries.min(by: { $0.value.last < $1.value.last }) { entries[oldest.key] = nil }
        }
        entries[key] = Entry(failures: 1, last: now)
    }
}
