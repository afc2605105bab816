import CLibAV

/// Owns one of libavutil's frames, and with it a reference to the memory of its planes.
///
/// `@unchecked`: a frame is filled by whoever makes it and only read once it is shared; libavutil counts references atomically.
final class OwnedFrame: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<AVFrame>

    /// A frame without memory; nil where there is none to be had.
    init?() {
        guard let pointer = av_frame_alloc() else { return nil }
        self.pointer = pointer
    }

    /// A frame of 8-bit 4:2:0 with luma from 0 to 255, with memory of its own; nil where there is none to be had.
    convenience init?(width: Int, height: Int) {
        self.init()
        pointer.pointee.width = Int32(clamping: width)
        pointer.pointee.height = Int32(clamping: height)
        pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        pointer.pointee.color_range = AVCOL_RANGE_JPEG
        guard av_frame_get_buffer(pointer, 0) >= 0 else { return nil }
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&pointer)
    }
}
