private import Crypto
private import Foundation

/// Codes of an authenticator app: time-based one-time passwords (RFC 6238) with what all apps do by themselves: HMAC-SHA-1, six digits, 30 s.
package enum OneTimeCode {
    /// Bytes of a secret: as long as the hash (RFC 4226, section 4, requirement 6).
    package static let secretLength = 20
    /// Seconds for which a code is shown.
    private static let period: Int64 = 30
    /// Steps that a phone's clock may be off, in either direction (RFC 6238, section 5.2).
    private static let tolerance: Int64 = 1

    /// The code of a step.
    /// - Parameter step: Whole periods since 1970.
    static func code(_ secret: [UInt8], step: Int64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        // RFC 4226, section 5.3: the last four bits say where the number begins.
        let start = Int(mac[19] & 15)
        let number = mac[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The step of which a code is one, at a time; nil where it is wrong, or its step is not after one that was used.
    /// - Parameter seconds: Since 1970.
    static func step(of code: String, _ secret: [UInt8], at seconds: Double, after used: Int64) -> Int64? {
        let now = Int64(seconds.rounded(.down)) / period
        return (now - tolerance...now + tolerance).first { $0 > used && Self.code(secret, step: $0) == code }
    }

    /// A secret as apps take it by hand: Base32 (RFC 4648, section 6) without padding.
    package static func text(_ secret: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (out, buffer, bits) = ("", 0, 0)
        for byte in secret {
            buffer = (buffer << 8 | Int(byte)) & 0xFFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(letters[buffer >> bits & 31])
            }
        }
        if bits > 0 { out.append(letters[buffer << (5 - bits) & 31]) }
        return out
    }

    /// A secret of its text; nil for anything that is not one.
    package static func secret(_ text: String) -> [UInt8]? {
        // Five bits a letter: 32 of them, without any left over.
        guard text.utf8.count * 5 == secretLength * 8 else { return nil }
        var (out, buffer, bits): ([UInt8], Int, Int) = ([], 0, 0)
        for byte in text.utf8 {
            let value: UInt8
            switch byte {
            case 65...90: value = byte - 65
            case 50...55: value = byte - 24
            default: return nil
            }
            buffer = (buffer << 5 | Int(value)) & 0xFFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(buffer >> bits & 255))
            }
        }
        return out
    }

    /// What a phone reads off a picture: the key URI format of Google Authenticator, which all apps read.
    static func address(_ secret: [UInt8], account: String) -> String {
        let name = account.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return "otpauth://totp/Vigilar:\(name)?secret=\(text(secret))&issuer=Vigilar"
    }
}
