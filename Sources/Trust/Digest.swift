/// A short text that stands for bytes.
package enum Digest {
    /// SHA-256 as 64 hexadecimal digits.
    package static func text(of bytes: [UInt8]) -> String { Hexadecimal.fingerprint(bytes) }
}
