/// A password, token or address with credentials: usable, but never printed by itself, nor as a part of something that is printed.
package struct Redacted: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself. For the one call that needs it.
    package let value: String
    /// What may be shown in its place.
    package let description: String

    /// - Parameter shown: What may be shown in its place; by default nothing of it.
    package init(_ value: String, shown: String = "(secret)") {
        self.value = value
        description = shown
    }

    /// An address, shown without its user, password, query and fragment. Text that is not an address is shown as it is only where it
    /// cannot hold credentials, that is without an `@` and a `?`.
    package init(address: String) {
        self.init(address, shown: Self.shown(address))
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    private static func shown(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://") else {
            return address.contains(where: { $0 == "@" || $0 == "?" }) ? "(secret)" : address
        }
        var rest = address[scheme.upperBound...]
        // A password may hold anything, a slash or a question mark included: everything up to the last @ is taken for credentials.
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        if let end = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) { rest = rest[..<end] }
        return "\(address[..<scheme.upperBound])\(rest)"
    }
}
