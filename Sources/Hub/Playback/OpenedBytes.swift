import Foundation
import NIOCore
import Recording

/// Opened chunks in the form in which they are sent.
struct OpenedBytes: PlaintextTaker {
    var buffer = ByteBuffer()

    /// - Parameter capacity: Bytes that are expected.
    init(capacity: Int) { buffer.reserveCapacity(capacity) }

    mutating func take(_ plaintext: Data) { buffer.writeBytes(plaintext) }
}
