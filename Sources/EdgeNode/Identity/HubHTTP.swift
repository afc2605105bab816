private import Protocol

/// HTTPS to the hub. Whoever answers must have a certificate of the node's authority with the name that was asked for.
package struct HubHTTP: Sendable {
    /// An answer of the hub.
    package struct Answer: Sendable {
        package let status: Int
        package let body: [UInt8]

        /// The text of a problem document, or the status.
        package var problem: String {
            let detail = (try? JSONObject(body))?.string("detail")
            return detail ?? "the hub answered with status \(status)"
        }

        /// What kind of problem it is, as docs/reference/http.md names them; nil where the answer does not say.
        package var kind: String? { (try? JSONObject(body))?.string("type")?.split(separator: "/").last.map(String.init) }
    }

    /// Whom to trust and how to show who we are.
    package enum Trusted: Sendable {
        /// Nobody yet: what is received has to be checked by its fingerprint.
        case nobody
        /// Certificates of this authority, PEM.
        case authority(String)
        /// The same, with the node's own certificate and its key, PEM files.
        case node(authority: String, certificate: String, key: String)
    }

    private let trusted: Trusted

    package init(_ trusted: Trusted) { self.trusted = trusted }

    /// One request on a connection of its own.
    /// - Parameters:
    ///   - address: `https://host:port`; nothing else is spoken.
    ///   - path: Behind it.
    /// - Throws: `IdentityError` where no answer comes.
    package func send(_ method: String, _ address: String, _ path: String, json body: [UInt8]? = nil) async throws(IdentityError) -> Answer
    {
        let client = try HubHTTPClient(trusted)
        let result: Result<Answer, IdentityError>
        do throws(IdentityError) {
            let headers = body == nil ? [] : [("Content-Type", "application/json")]
            result = .success(try await client.send(method, address, path, body: body, headers: headers))
        } catch {
            result = .failure(error)
        }
        await client.close()
        return try result.get()
    }
}
