private import Trust

/// How a model is made of a published file: by changing few of its bytes, so that it gives out what it computes anyway. Done each time it is
/// loaded, in memory: only published files lie in folders.
package struct ModelDerivation: Sendable, Hashable {
    /// Bytes that take the place of those at an offset.
    package let offset: Int
    package let replacement: [UInt8]
    /// Bytes behind the last one.
    package let tail: [UInt8]
    /// Of the result; 64 lower-case hexadecimal digits.
    package let sha256: String

    package init(offset: Int, replacement: [UInt8], tail: [UInt8], sha256: String) {
        self.offset = offset
        self.replacement = replacement
        self.tail = tail
        self.sha256 = sha256
    }

    /// - Throws: `ModelsError` with code `wrongHash` where the result is not the one that was meant.
    package func apply(to bytes: [UInt8], of name: String) throws(ModelsError) -> [UInt8] {
        var result = bytes
        if (0...max(0, bytes.count - replacement.count)).contains(offset), replacement.count <= bytes.count {
            result.replaceSubrange(offset..<(offset + replacement.count), with: replacement)
        }
        result += tail
        guard Digest.text(of: result) == sha256 else {
            throw ModelsError(.wrongHash, "what is derived from the file of \(name) is not what the catalogue says: it is not used")
        }
        return result
    }
}
