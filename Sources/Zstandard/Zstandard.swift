private import CZstd

/// Zstandard compression (RFC 8878) of whole payloads.
package enum Zstandard {
    /// Compresses into one frame that states its content's size.
    ///
    /// - Parameter level: 1 (fastest) to 19; 3 is the library's own choice.
    /// - Throws: `ZstandardError.library`.
    package static func compress(_ bytes: [UInt8], level: Int32 = 3) throws(ZstandardError) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        var code = 0
        let out = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            code = bytes.withUnsafeBytes { ZSTD_compress(buffer.baseAddress, bound, $0.baseAddress, $0.count, level) }
            count = ZSTD_isError(code) == 0 ? code : 0
        }
        guard ZSTD_isError(code) == 0 else { throw .library(String(cString: ZSTD_getErrorName(code))) }
        return out
    }

    /// Decompresses frames that somebody else made: never allocates more than `limit` bytes for the result, whatever they claim.
    ///
    /// - Throws: `ZstandardError.tooLarge` when more than `limit` bytes come out, `.truncated`, or `.library` for what is no zstd.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(ZstandardError) -> [UInt8] {
        guard !bytes.isEmpty else { throw .truncated }
        guard let stream = ZSTD_createDStream() else { throw .library("no memory") }
        defer { ZSTD_freeDStream(stream) }
        // The window is what a frame makes the decoder allocate; 8 MiB is the least that every decoder supports.
        ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 23)
        var out: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(max(limit, 1), 128 * 1024))
        var consumed = 0
        var remaining = 1
        while consumed < bytes.count || remaining != 0 {
            var produced = 0
            let before = consumed
            remaining = bytes.withUnsafeBytes { source in
                chunk.withUnsafeMutableBytes { target in
                    var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: consumed)
                    var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    defer {
                        consumed = input.pos
                        produced = output.pos
                    }
                    return ZSTD_decompressStream(stream, &output, &input)
                }
            }
            guard ZSTD_isError(remaining) == 0 else { throw .library(String(cString: ZSTD_getErrorName(remaining))) }
            guard out.count + produced <= limit else { throw .tooLarge(limit: limit) }
            out.append(contentsOf: chunk[..<produced])
            if produced == 0, consumed == before, remaining != 0 { throw .truncated }
        }
        return out
    }
}
