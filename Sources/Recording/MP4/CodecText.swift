/// Numbers in the names of codecs.
enum CodecText {
    /// Two lower-case digits.
    static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
