import HTTPTypes
import Hub
import Hummingbird
import HummingbirdTesting
import Testing
import Trust

/// How people come by the hub's authority.
@Suite struct AuthorityRoutesTests {
    @Test func `Everybody gets the authority's certificate, and the fingerprint to compare`() async throws {
        let fixture = try await WebFixture()
        let authority = fixture.trust.authority
        try await fixture.app.test(.router) { client in
            try await client.execute(uri: "/authority.crt", method: .get) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "application/x-x509-ca-cert")
                #expect(response.headers[.contentDisposition]?.contains("filename=\"vigilar-authority.crt\"") == true)
                let certificate = try? CertificateFacts(der: Array(response.body.readableBytesView))
                #expect(certificate?.fingerprint == authority.fingerprint)
            }
            try await client.execute(uri: "/trust", method: .get) { response in
                #expect(response.status == .ok)
                let page = String(buffer: response.body)
                let shown = try #require(page.firstMatch(of: /[0-9A-F]{2}(:[0-9A-F]{2}){31}/)).output.0
                #expect(shown.replacing(":", with: "").lowercased() == authority.fingerprint)
                #expect(page.contains("href=\"/authority.crt\""))
                let name = try #require(authority.facts.commonName)
                #expect(page.contains(name))
            }
            try await client.execute(uri: "/sign-in", method: .get) { #expect(String(buffer: $0.body).contains("href=\"/trust\"")) }
            let headers: HTTPFields = [.cookie: try await fixture.cookie()]
            try await client.execute(uri: "/system", method: .get, headers: headers) {
                #expect(String(buffer: $0.body).contains("href=\"/trust\""))
            }
        }
    }
}
