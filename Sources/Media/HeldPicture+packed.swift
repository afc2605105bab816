import CLibAV
import MediaTypes

extension HeldPicture {
    /// The whole picture as three bytes a pixel, blue, green and red, row by row without gaps. Blocks its thread.
    /// - Throws: `MediaError` with code `decoderFailed`.
    package func blueGreenRed() throws(MediaError) -> [UInt8] {
        let (width, height) = (width, height)
        guard width > 0, height > 0 else { throw MediaError(.decoderFailed, "a picture has no pixels") }
        // The scaler writes whole blocks of pixels: rows get some room that is not kept.
        let stride = (width * 3 + 63) / 64 * 64
        var padded = [UInt8](repeating: 0, count: stride * height + 64)
        let source = frame.pointer
        let code = padded.withUnsafeMutableBufferPointer { buffer in
            vigilar_pack_bgr(
                buffer.baseAddress, Int32(stride), source, JPEGEncoder.plainFormat(source.pointee.format), isFullRange ? 1 : 0,
                matrix == .bt709 ? 1 : 0)
        }
        guard code >= 0 else {
            throw MediaError(.decoderFailed, "the colours of a picture of \(width)x\(height) cannot be read", cause: MediaError.words(code))
        }
        if stride == width * 3 { return Array(padded.prefix(stride * height)) }
        return [UInt8](unsafeUninitializedCapacity: width * 3 * height) { buffer, count in
            for y in 0..<height {
                for x in 0..<(width * 3) { buffer.initializeElement(at: y * width * 3 + x, to: padded[y * stride + x]) }
            }
            count = width * 3 * height
        }
    }
}
