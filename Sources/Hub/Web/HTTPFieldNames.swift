import HTTPTypes
private import Protocol

extension HTTPField.Name {
    /// `Last-Event-ID` (WHATWG HTML, server-sent events).
    static let lastEventID = constant("Last-Event-ID")
    /// `Sec-Fetch-Site` (W3C Fetch Metadata).
    static let fetchSite = constant("Sec-Fetch-Site")
    /// `Referrer-Policy` (W3C).
    static let referrerPolicy = constant("Referrer-Policy")
    /// `Permissions-Policy` (W3C).
    static let permissionsPolicy = constant("Permissions-Policy")
    /// `Clear-Site-Data` (W3C).
    static let clearSiteData = constant("Clear-Site-Data")
    /// `X-Accel-Buffering`: `no` asks nginx, and those that follow it, not to gather a response.
    static let proxyBuffering = constant("X-Accel-Buffering")

    /// `X-Forwarded-For`: where proxies had a request from.
    static let forwardedFor = constant("X-Forwarded-For")
    /// `X-Forwarded-Proto`: `https` or `http`, as whoever asks speaks it to the proxy.
    static let forwardedProto = constant("X-Forwarded-Proto")

    /// How good an event's picture is.
    static let snapshotRank = constant(SnapshotWire.rankHeader)

    /// A replica's word that it passes something on.
    static let relay = constant(RelayPass.field)

    private static func constant(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("a header's name is malformed") }
        return name
    }
}
