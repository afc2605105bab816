/// Telephone sound: one byte a sample, companded (ITU-T G.711).
enum G711: Sendable {
    case muLaw, aLaw

    /// - Returns: From -1 to 1.
    func expand(_ byte: UInt8) -> Float {
        switch self {
        case .muLaw: Float(Self.expandMu(byte)) / 32_768
        case .aLaw: Float(Self.expandA(byte)) / 32_768
        }
    }

    /// Of 14 bits, times 4.
    private static func expandMu(_ byte: UInt8) -> Int {
        let code = ~byte
        let magnitude = (Int(code & 0x0f) << 3 + 0x84) << Int(code >> 4 & 7) - 0x84
        return code & 0x80 == 0 ? magnitude : -magnitude
    }

    /// Of 13 bits, times 8.
    private static func expandA(_ byte: UInt8) -> Int {
        let code = byte ^ 0x55
        let segment = Int(code >> 4 & 7)
        let step = Int(code & 0x0f) << 4 + 8
        let magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1)
        return code & 0x80 != 0 ? magnitude : -magnitude
    }
}
