import Base
import Foundation
import TestSupport
import Trust

/// Now, in whole seconds, so that what comes out of a certificate can be compared with it.
let now = Timestamp(secondsSince1970: Date().timeIntervalSince1970.rounded())

/// The bytes within a PEM text.
func der(_ pem: String) -> [UInt8] {
    Array(Data(base64Encoded: pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined())!)
}

func pem(_ type: String, _ der: [UInt8]) -> String {
    let text = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN \(type)-----\n\(text)\n-----END \(type)-----\n"
}

/// Every way to change one bit.
func bitFlips(_ bytes: [UInt8]) -> some Sequence<[UInt8]> {
    (0..<bytes.count * 8).lazy.map { bit in
        var changed = bytes
        changed[bit / 8] ^= 1 << (bit % 8)
        return changed
    }
}

/// Text cut short, with characters exchanged, lost, doubled and thrown in.
func mutations(_ text: String, seed: Int, count: Int) -> [String] {
    var dice = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
        var bytes = Array(text.utf8)
        for _ in 0...Int.random(in: 0...2, using: &dice) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &dice)
            switch Int.random(in: 0..<5, using: &dice) {
            case 0: bytes.removeSubrange(at...)
            case 1: bytes[at] = UInt8.random(in: 0...255, using: &dice)
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(bytes[at], at: at)
            default: bytes.insert(UInt8.random(in: 32...126, using: &dice), at: at)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

func code(of body: () throws -> Void) -> TrustError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? TrustError)?.code
    }
}

extension CertificateAuthority {
    /// A node's certificate for a key that nobody keeps.
    func node(_ name: String, now: Timestamp = now, days: Int = 90) throws -> IssuedCertificate {
        try issueNode(request: SigningRequest(pem: KeyPair().signingRequest(name: "any")), node: name, now: now, days: days)
    }

    /// A server's certificate for a key that nobody keeps.
    func server(_ names: String..., now: Timestamp = now, days: Int = 90) throws -> IssuedCertificate {
        try issueServer(names: names, publicKey: KeyPair().publicKey, now: now, days: days)
    }
}
