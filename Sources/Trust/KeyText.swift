/// The text of keys: their bytes, in URL-safe Base64.
enum KeyText {
    /// - Parameters:
    ///   - length: Its bytes.
    ///   - what: The key's name in an error.
    static func decode<Key>(
        _ text: String, length: Int, what: String, _ make: ([UInt8]) throws -> Key
    ) throws(TrustError) -> Key {
        let message = "the \(what) must be \((length * 4 + 2) / 3) characters of letters, digits, - and _: copy it again"
        guard text.utf8.count <= 64, let bytes = Base64URL.decode(text), bytes.count == length else {
            throw TrustError(.malformed, message)
        }
        return try TrustError.wrapping(.malformed, message) { try make(bytes) }
    }
}
