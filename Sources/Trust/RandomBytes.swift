/// Bytes that nobody can guess.
package enum RandomBytes {
    /// Of the operating system's generator: getrandom(2) on Linux, arc4random_buf(3) on macOS.
    package static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
