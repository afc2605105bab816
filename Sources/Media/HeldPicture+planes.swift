import CLibAV
package import MediaTypes

extension HeldPicture {
    /// Lends the planes of the picture, each of one byte a sample, for as long as `body` runs: luma, then both of chroma.
    ///
    /// Nothing is copied, except that more than eight bits a sample become eight. A picture without colour has no chroma, and its spans are
    /// empty.
    /// - Returns: Nil for a picture that is not of planes of luma and chroma: one of red, green and blue, or with both chromas in one plane.
    package func withPlanes<Result, Failure: Error>(
        _ body: (PlanarLayout, Span<UInt8>, Span<UInt8>, Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let frame = frame.pointer.pointee
        guard let description = av_pix_fmt_desc_get(AVPixelFormat(rawValue: frame.format))?.pointee else { return nil }
        let refused = UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BE)
        guard description.flags & refused == 0, frame.width > 0, frame.height > 0 else { return nil }
        let components = [description.comp.0, description.comp.1, description.comp.2]
        let hasChroma = description.nb_components >= 3
        let bytes = description.comp.0.depth > 8 ? 2 : 1
        for (index, component) in components.prefix(hasChroma ? 3 : 1).enumerated() {
            guard component.plane == index, component.offset == 0, component.step == bytes, component.depth <= 16 else { return nil }
        }
        var layout = PlanarLayout(
            width: Int(frame.width), height: Int(frame.height), lumaStride: Int(frame.linesize.0),
            chromaStride: hasChroma ? Int(frame.linesize.1) : 0, chromaShiftX: Int(description.log2_chroma_w),
            chromaShiftY: Int(description.log2_chroma_h), isChromaLeft: frame.chroma_location != AVCHROMA_LOC_CENTER,
            isFullRange: isFullRange, matrix: matrix)
        guard let luma = frame.data.0 else { return nil }
        let planes = [luma, frame.data.1, frame.data.2]
        guard !hasChroma || (planes[1] != nil && planes[2] != nil && frame.linesize.1 == frame.linesize.2) else { return nil }
        guard frame.linesize.0 >= frame.width * Int32(bytes) else { return nil }
        if bytes == 2 {
            let shift = Int(description.comp.0.depth + description.comp.0.shift) - 8
            let narrowed = planes.prefix(hasChroma ? 3 : 1).enumerated().map { index, plane in
                let (width, height) = index == 0 ? (layout.width, layout.height) : (layout.chromaWidth, layout.chromaHeight)
                let stride = index == 0 ? layout.lumaStride : layout.chromaStride
                return plane.map { Self.narrow($0, width: width, height: height, stride: stride, shift: shift) } ?? []
            }
            layout.lumaStride = layout.width
            layout.chromaStride = hasChroma ? layout.chromaWidth : 0
            let first = narrowed[0]
            let cb = hasChroma ? narrowed[1] : []
            let cr = hasChroma ? narrowed[2] : []
            return try body(layout, first.span, cb.span, cr.span)
        }
        let lumaPlane = UnsafeBufferPointer(start: luma, count: layout.lumaStride * (layout.height - 1) + layout.width)
        let count = hasChroma ? layout.chromaStride * (layout.chromaHeight - 1) + layout.chromaWidth : 0
        let cb = UnsafeBufferPointer(start: hasChroma ? planes[1] : nil, count: count)
        let cr = UnsafeBufferPointer(start: hasChroma ? planes[2] : nil, count: count)
        return try body(layout, lumaPlane.span, cb.span, cr.span)
    }

    /// What the stream says, and where it says nothing what is usual: BT.601 for JPEG and standard definition, BT.709 above.
    var matrix: PlanarLayout.Matrix {
        let frame = frame.pointer.pointee
        switch frame.colorspace {
        case AVCOL_SPC_BT709, AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: return .bt709
        case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M, AVCOL_SPC_FCC: return .bt601
        default: return isFullRange || frame.height < 720 ? .bt601 : .bt709
        }
    }

    private static func narrow(_ plane: UnsafeMutablePointer<UInt8>, width: Int, height: Int, stride: Int, shift: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
            for y in 0..<height {
                let row = UnsafeRawPointer(plane + y * stride)
                for x in 0..<width {
                    let sample = row.loadUnaligned(fromByteOffset: x * 2, as: UInt16.self) >> UInt16(shift)
                    buffer.initializeElement(at: y * width + x, to: UInt8(truncatingIfNeeded: sample))
                }
            }
            count = width * height
        }
    }
}
