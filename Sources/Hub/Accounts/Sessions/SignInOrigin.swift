/// Where a sign-in comes from, as it is shown to whoever looks at their sessions.
package struct SignInOrigin: Sendable {
    /// IP address.
    package let address: String
    /// What the browser says that it is, cut to what a list has room for.
    package let browser: String

    private static let longest = 200

    package init(address: String, browser: String = "") {
        self.address = address
        // The store takes no text with a zero in it.
        self.browser = String(browser.unicodeScalars.filter { $0.value >= 32 }.prefix(Self.longest).map(Character.init))
    }
}
