import Foundation
import Testing
import Trust

@Suite("Key pair and signing request")
struct SigningRequestTests {
    @Test("a key pair reads back from its PEM")
    func keyRoundTrip() throws {
        let keys = KeyPair()
        let read = try KeyPair(privateKeyPEM: keys.privateKeyPEM)
        #expect(read.privateKeyPEM == keys.privateKeyPEM)
        #expect(read.publicKey == keys.publicKey)
        #expect(KeyPair().publicKey != keys.publicKey)
    }

    @Test("openssl reads a private key and computes the public key's fingerprint alike")
    func key() async throws {
        let openssl = try OpenSSL()
        let keys = KeyPair()
        #expect(keys.privateKeyPEM.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        try openssl.write("key.pem", keys.privateKeyPEM)
        #expect(try await openssl("pkey", "-in", "key.pem", "-check", "-noout").output.contains("Key is valid"))
        #expect(try await openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "public.der").status == 0)
        let digest = try await openssl("dgst", "-sha256", "-r", "public.der").output
        #expect(digest.prefix(64) == keys.publicKey.fingerprint)
    }

    @Test("keys of openssl in both forms are read, others are refused")
    func foreignKeys() async throws {
        let openssl = try OpenSSL()
        #expect(try await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sec1.pem").status == 0)
        #expect(try await openssl("pkcs8", "-topk8", "-nocrypt", "-in", "sec1.pem", "-out", "pkcs8.pem").status == 0)
        #expect(try await openssl("pkcs8", "-topk8", "-passout", "pass:secret", "-in", "sec1.pem", "-out", "locked.pem").status == 0)
        #expect(try await openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "p384.pem").status == 0)
        #expect(try await openssl("genpkey", "-algorithm", "ED25519", "-out", "ed25519.pem").status == 0)
        let sec1 = try openssl.read("sec1.pem")
        #expect(sec1.hasPrefix("-----BEGIN EC PRIVATE KEY-----"))
        #expect(try KeyPair(privateKeyPEM: sec1).publicKey == KeyPair(privateKeyPEM: try openssl.read("pkcs8.pem")).publicKey)
        for name in ["locked.pem", "p384.pem", "ed25519.pem"] {
            let text = try openssl.read(name)
            #expect(code { _ = try KeyPair(privateKeyPEM: text) } == .malformed)
        }
    }

    @Test("garbage in place of a private key is an error or the same key, and is not quoted", arguments: 0..<10)
    func keyGarbage(seed: Int) throws {
        let keys = KeyPair()
        for text in mutations(keys.privateKeyPEM, seed: seed, count: 100) {
            do { _ = try KeyPair(privateKeyPEM: text) } catch {
                #expect(error.code == .malformed)
                for line in keys.privateKeyPEM.split(separator: "\n") where !line.hasPrefix("-") {
                    #expect(!error.description.contains(line.prefix(16)))
                }
            }
        }
        #expect(code { _ = try KeyPair(privateKeyPEM: keys.privateKeyPEM + String(repeating: "\n", count: 8192)) } == .malformed)
    }

    @Test("a key pair and an authority do not print their private keys")
    func concealed() throws {
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let keys = KeyPair()
        for (printed, secret) in [(dumped(keys), keys.privateKeyPEM), (dumped(authority), authority.privateKeyPEM)] {
            let lines = secret.split(separator: "\n").filter { !$0.hasPrefix("-") }
            #expect(!lines.isEmpty)
            #expect(lines.allSatisfy { !printed.contains($0) })
            #expect(!printed.contains("PRIVATE"))
            #expect(!printed.contains("P256"))
        }
    }

    @Test("a request reads back, and openssl verifies it")
    func request() async throws {
        let openssl = try OpenSSL()
        let keys = KeyPair()
        let text = try keys.signingRequest(name: "porch")
        let request = try SigningRequest(pem: text)
        #expect(request.publicKey == keys.publicKey)
        #expect(request.publicKeyFingerprint == keys.publicKey.fingerprint)
        try openssl.write("node.csr", text)
        let verified = try await openssl("req", "-in", "node.csr", "-verify", "-noout", "-subject")
        #expect(verified.status == 0)
        #expect(verified.output.contains("self-signature verify OK"))
        #expect(verified.output.contains("subject=CN = porch\n"))
    }

    @Test("a request of openssl is read, and what it asks for beyond its key is not granted")
    func foreign() async throws {
        let openssl = try OpenSSL()
        let made = try await openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "node.csr",
            "-subj", "/O=Evil/CN=hub-1", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "subjectAltName=DNS:hub.example",
            "-addext", "extendedKeyUsage=serverAuth")
        #expect(made.status == 0)
        let request = try SigningRequest(pem: try openssl.read("node.csr"))
        #expect(try request.publicKey == KeyPair(privateKeyPEM: try openssl.read("key.pem")).publicKey)
        let authority = try CertificateAuthority.make(name: "Vigilar", now: now)
        let issued = try authority.issueNode(request: request, node: "porch", now: now, days: 1)
        try openssl.write("node.pem", issued.pem)
        let text = try await openssl("x509", "-in", "node.pem", "-noout", "-text").output
        for word in ["Evil", "hub-1", "hub.example", "CA:TRUE", "Server Authentication"] { #expect(!text.contains(word)) }
    }

    @Test(
        "a request of another kind of key or hash is refused as such",
        arguments: [
            ["rsa:2048"], ["ed25519"], ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
            ["ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha512"],
        ])
    func otherKinds(arguments: [String]) async throws {
        let openssl = try OpenSSL()
        let command = ["req", "-new", "-nodes", "-keyout", "key.pem", "-out", "node.csr", "-subj", "/CN=porch", "-newkey"] + arguments
        let made = try await openssl.run(command)
        #expect(made.status == 0, "\(made.output)")
        let text = try openssl.read("node.csr")
        #expect(code { _ = try SigningRequest(pem: text) } == .unsupported)
    }

    @Test("a request with another's signature is not genuine")
    func spliced() throws {
        let one = der(try KeyPair().signingRequest(name: "porch"))
        let keys = KeyPair()
        let other = der(try keys.signingRequest(name: "porch"))
        // Both are 30 81 and the length of the whole, then the body: 30 and its length, which is less than 128.
        let end = 5 + Int(one[4])
        #expect(one[..<2] == [0x30, 0x81] && one[3..<5] == other[3..<5] && one[3] == 0x30 && one[4] < 0x80)
        let tail = other[end...]
        let spliced = [0x30, 0x81, UInt8(end - 3 + tail.count)] + one[3..<end] + tail
        let whole = [0x30, 0x81, UInt8(other.count - 3)] + other[3..<end] + tail
        #expect(code { _ = try SigningRequest(pem: pem("CERTIFICATE REQUEST", whole)) } == nil)
        #expect(code { _ = try SigningRequest(pem: pem("CERTIFICATE REQUEST", spliced)) } == .notGenuine)
    }

    @Test("a request with any one bit changed is refused")
    func changed() throws {
        var parities: Set<UInt8> = []
        var rounds = 0
        while parities.count < 2, rounds < 50 {
            rounds += 1
            let bytes = der(try KeyPair().signingRequest(name: "porch"))
            guard parities.insert(bytes[bytes.count - 1] & 1).inserted else { continue }
            for changed in bitFlips(bytes) {
                #expect(throws: TrustError.self) { try SigningRequest(pem: pem("CERTIFICATE REQUEST", changed)) }
            }
            for end in 0..<bytes.count {
                #expect(throws: TrustError.self) { try SigningRequest(pem: pem("CERTIFICATE REQUEST", Array(bytes[..<end]))) }
            }
        }
        #expect(parities.count == 2)
    }

    @Test("garbage in place of a request is an error or the same request", arguments: 0..<10)
    func garbage(seed: Int) throws {
        let text = try KeyPair().signingRequest(name: "porch")
        let original = try SigningRequest(pem: text)
        for changed in mutations(text, seed: seed, count: 100) {
            if let request = try? SigningRequest(pem: changed) { #expect(request == original) }
        }
        for other in ["", "hello", text.replacingOccurrences(of: " REQUEST", with: ""), text + text] {
            #expect(code { _ = try SigningRequest(pem: other) } == .malformed)
        }
    }

    @Test("a request of more than 8 KiB is not even looked at")
    func size() throws {
        let text = try KeyPair().signingRequest(name: "porch")
        let room = SigningRequest.limit - text.utf8.count
        #expect(code { _ = try SigningRequest(pem: String(repeating: " ", count: room) + text) } == nil)
        #expect(code { _ = try SigningRequest(pem: String(repeating: " ", count: room + 1) + text) } == .malformed)
    }
}
