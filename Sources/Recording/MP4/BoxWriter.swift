/// Puts bytes, big-endian numbers and boxes one behind the other (ISO/IEC 14496-12, 4.2).
struct BoxWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    var count: Int { bytes.count }

    mutating func u8(_ value: UInt8) { bytes.append(value) }

    mutating func u16(_ value: Int) {
        let value = UInt16(truncatingIfNeeded: value)
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func u32(_ value: UInt32) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 24))
        bytes.append(UInt8(truncatingIfNeeded: value >> 16))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    /// A number that is known to fit, or is held to what fits.
    mutating func u32(_ value: some BinaryInteger) { u32(UInt32(clamping: value)) }

    mutating func u64(_ value: Int64) {
        u32(UInt32(truncatingIfNeeded: value >> 32))
        u32(UInt32(truncatingIfNeeded: value))
    }

    mutating func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    mutating func text(_ value: String) { bytes.append(contentsOf: value.utf8) }

    /// A box whose length is known when its content is written.
    /// - Parameter type: Four ASCII characters.
    mutating func box(_ type: String, _ content: (inout BoxWriter) -> Void) {
        let start = bytes.count
        u32(0)
        text(type)
        content(&self)
        set(UInt32(clamping: bytes.count - start), at: start)
    }

    /// A box that begins with a version and flags.
    mutating func fullBox(_ type: String, version: UInt8 = 0, flags: UInt32 = 0, _ content: (inout BoxWriter) -> Void) {
        box(type) {
            $0.u32(UInt32(version) << 24 | flags & 0xff_ffff)
            content(&$0)
        }
    }

    /// Writes over four bytes that are there.
    mutating func set(_ value: UInt32, at index: Int) {
        for (offset, shift) in [24, 16, 8, 0].enumerated() { bytes[index + offset] = UInt8(truncatingIfNeeded: value >> UInt32(shift)) }
    }

    consuming func finish() -> [UInt8] { bytes }
}
