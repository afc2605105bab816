import Base
import Crypto
import Protocol
import Testing

@testable import Hub

@Suite struct VapidTokenTests {
    /// RFC 8292, section 2.4.
    private static let example =
        "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNo"
        + "QGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, "
        + "k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"

    @Test func `What reads RFC 8292's example reads a token of ours, and sees when one was changed`() throws {
        let known = try #require(VapidClaims(Self.example))
        #expect(
            known.audience == "https://push.example.net" && known.expires == 1_453_523_768 && known.contact == "mailto:push@example.com")
        // The first character of the claims that says something.
        #expect(VapidClaims(Self.example.replacing("eyJhdWQi", with: "eyJhdWRi")) == nil)

        let key = P256.Signing.PrivateKey()
        let now = Timestamp(microseconds: 1_790_000_000_000_000)
        let token = try VapidToken.authorization(for: "https://push.example.org:8443", contact: "https://hub.test", at: now, key: key)
        let claims = try #require(VapidClaims(token), "\(token)")
        #expect(claims.audience == "https://push.example.org:8443" && claims.contact == "https://hub.test")
        #expect(claims.key == VapidToken.publicKey(key))
        #expect((1_790_000_000 + 3600...1_790_000_000 + 86_400).contains(claims.expires))
    }
}
