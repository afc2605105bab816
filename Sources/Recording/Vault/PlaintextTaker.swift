package import Foundation

/// What opened chunks are appended to, so that whoever needs their bytes in a form of his own copies them once.
package protocol PlaintextTaker {
    /// Takes the plaintext of the next chunk.
    mutating func take(_ plaintext: Data)
}

extension [UInt8]: PlaintextTaker {
    package mutating func take(_ plaintext: Data) { append(contentsOf: plaintext) }
}
