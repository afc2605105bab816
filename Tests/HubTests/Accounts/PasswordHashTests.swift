import Hub
import Testing

@Suite struct PasswordHashTests {
    @Test(
        "Text that is no hash, or would cost too much to check, is refused",
        arguments: [
            "", "plain", "$scrypt$ln=15,r=8,p=3$AAAA$AAAA", "$scrypt$ln=40,r=8,p=3$AAAAAAAAAAAAAAAA$AAAA",
            "$bcrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAA", "$scrypt$ln=15$AAAAAAAAAAAAAAAAAAAAAA$AAAA", "$$$$",
            "$scrypt$ln=15,r=8,p=3$!$!",
        ])
    func refused(_ text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test("The text form reads back, and only its own password fits")
    func roundTrip() async throws {
        let hasher = PasswordHasher(logRounds: 10)
        let hash = try await hasher.hash("correct horse")
        let read = try #require(PasswordHash(hash.description))
        #expect(read == hash)
        #expect(try await hasher.matches("correct horse", read))
        #expect(try await !hasher.matches("correct Horse", read))
    }

    @Test("Unless told otherwise a password costs what OWASP asks for")
    func standard() {
        #expect(PasswordHash.standard == (logRounds: 15, blockSize: 8, parallelism: 3))
    }

    @Test("When too many wait, the next one is sent away")
    func bounded() async throws {
        let hasher = PasswordHasher(waitingLimit: 0)
        let error = await #expect(throws: AccountError.self) { try await hasher.hash("anything") }
        #expect(error?.code == .busy)
    }
}
