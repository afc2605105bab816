private import Crypto

/// Bytes that nobody can guess, of the operating system's generator.
enum RandomBytes {
    /// 16 of them.
    static func sixteen() -> [UInt8] {
        unsafe SymmetricKey(size: .bits128).withUnsafeBytes { unsafe Array($0) }
    }
}
