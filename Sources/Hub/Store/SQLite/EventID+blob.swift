import Foundation
import GRDB
import Protocol

extension EventID {
    /// The 16 bytes, big-endian: comparing them compares the ids.
    var blob: Data {
        var bytes = [UInt8]()
        bytes.reserveCapacity(16)
        for half in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(shift))) }
        }
        return Data(bytes)
    }

    /// Nil for anything but 16 bytes.
    init?(blob: Data) {
        guard blob.count == 16 else { return nil }
        let bytes = [UInt8](blob)
        self.init(
            high: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) })
    }
}
