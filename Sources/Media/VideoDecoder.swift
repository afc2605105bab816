import Base
import CLibAV
package import MediaTypes

/// Turns packets into pictures and lends them out, first of all their luma. Owned by one thread; damaged packets are counted and survived.
package struct VideoDecoder: ~Copyable {
    /// Packets that the decoder refused, and pictures of a pixel format without an 8 to 16 bit luma plane.
    package private(set) var rejected = 0

    private let context: DecoderContext
    /// Presentation times of packets inside the decoder, with their wall-clock times.
    private var times: [(presentation: Int64, timestamp: Timestamp)] = []
    private var narrowed: [UInt8] = []

    /// - Parameter stream: Of the packets to come; one decoder serves one generation.
    /// - Throws: `MediaError` with code `decoderFailed`.
    package init(_ stream: StreamInfo, mode: DecodeMode) throws(MediaError) {
        context = try DecoderContext(stream, mode: mode)
    }

    /// Decodes one packet; `body` is called for each picture that is complete by then, in the order of display, none or several.
    /// - Parameter body: Its span is the luma plane, valid during the call: see `DecodedPicture.lumaStride` for its layout. The last is
    ///   the whole picture, for what needs its colours.
    package mutating func decode(
        _ packet: EncodedPacket, _ body: (DecodedPicture, Span<UInt8>, borrowing LentPicture) -> Void
    ) throws(MediaError) {
        remember(packet)
        let raw = context.packet
        let code = packet.data.withUnsafeBufferPointer { bytes in
            raw.pointee.data = UnsafeMutablePointer(mutating: bytes.baseAddress)
            raw.pointee.size = Int32(clamping: bytes.count)
            raw.pointee.pts = packet.presentationTime.nanoseconds
            raw.pointee.dts = packet.decodeTime.nanoseconds
            raw.pointee.flags = packet.isKeyframe ? AV_PKT_FLAG_KEY : 0
            // libavcodec copies bytes that are not its own, with the padding that its readers need.
            defer {
                raw.pointee.data = nil
                raw.pointee.size = 0
            }
            return avcodec_send_packet(context.codec, raw)
        }
        if code == vigilar_error_no_memory() { throw MediaError(.decoderFailed, "no memory to decode") }
        if code < 0 { rejected += 1 }
        receive(body)
    }

    /// Hands out the pictures that the decoder still holds back for their order; afterwards it needs `reset`.
    package mutating func flush(_ body: (DecodedPicture, Span<UInt8>, borrowing LentPicture) -> Void) throws(MediaError) {
        avcodec_send_packet(context.codec, nil)
        receive(body)
    }

    /// Decodes one packet for whoever needs nothing but luma.
    package mutating func decode(_ packet: EncodedPacket, _ body: (DecodedPicture, Span<UInt8>) -> Void) throws(MediaError) {
        try decode(packet) { picture, luma, _ in body(picture, luma) }
    }

    /// As the other `flush`, for whoever needs nothing but luma.
    package mutating func flush(_ body: (DecodedPicture, Span<UInt8>) -> Void) throws(MediaError) {
        try flush { picture, luma, _ in body(picture, luma) }
    }

    /// Forgets everything before; the next packet should be a keyframe.
    package mutating func reset() {
        avcodec_flush_buffers(context.codec)
        times.removeAll(keepingCapacity: true)
    }

    private mutating func receive(_ body: (DecodedPicture, Span<UInt8>, borrowing LentPicture) -> Void) {
        let frame = context.frame
        while avcodec_receive_frame(context.codec, frame) >= 0 {
            lend(body)
            av_frame_unref(frame)
        }
    }

    private mutating func lend(_ body: (DecodedPicture, Span<UInt8>, borrowing LentPicture) -> Void) {
        let frame = context.frame.pointee
        let (width, height, stride) = (Int(frame.width), Int(frame.height), Int(frame.linesize.0))
        let format = AVPixelFormat(rawValue: frame.format)
        guard let luma = frame.data.0, width > 0, height > 0, let description = av_pix_fmt_desc_get(format)?.pointee else {
            rejected += 1
            return
        }
        let component = description.comp.0
        let isRGB =
            description.flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BE) != 0
        guard !isRGB, component.plane == 0, component.offset == 0 else {
            rejected += 1
            return
        }
        let nanoseconds = frame.pts != vigilar_no_timestamp() ? frame.pts : frame.best_effort_timestamp
        var picture = DecodedPicture(
            presentationTime: MediaTime(nanoseconds: nanoseconds), timestamp: timestamp(of: nanoseconds),
            width: width, height: height, lumaStride: stride,
            isFullRange: frame.color_range == AVCOL_RANGE_JPEG || Self.fullRangeFormats.contains(format),
            isDamaged: frame.decode_error_flags != 0 || frame.flags & AV_FRAME_FLAG_CORRUPT != 0
        )
        let whole = LentPicture(frame: UnsafePointer(context.frame), isFullRange: picture.isFullRange)
        if component.depth == 8, component.step == 1, stride >= width {
            let plane = UnsafeBufferPointer(start: luma, count: stride * (height - 1) + width)
            body(picture, plane.span, whole)
        } else if component.depth > 8, component.depth <= 16, component.step == 2, stride >= width * 2 {
            narrow(luma, width: width, height: height, stride: stride, shift: Int(component.depth + component.shift) - 8)
            picture.lumaStride = width
            body(picture, narrowed.span, whole)
        } else {
            rejected += 1
        }
    }

    /// Ten and more bits a sample become eight: the analysis is made for bytes.
    private mutating func narrow(_ luma: UnsafeMutablePointer<UInt8>, width: Int, height: Int, stride: Int, shift: Int) {
        if narrowed.count != width * height { narrowed = [UInt8](repeating: 0, count: width * height) }
        for y in 0..<height {
            let row = UnsafeRawPointer(luma + y * stride)
            for x in 0..<width {
                narrowed[y * width + x] = UInt8(
                    truncatingIfNeeded: row.loadUnaligned(fromByteOffset: x * 2, as: UInt16.self) >> UInt16(shift))
            }
        }
    }

    private static let fullRangeFormats = [
        AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P,
    ]

    private mutating func remember(_ packet: EncodedPacket) {
        // A decoder holds back at most 16 pictures.
        if times.count >= 64 { times.removeFirst(32) }
        times.append((packet.presentationTime.nanoseconds, packet.timestamp))
    }

    private func timestamp(of presentation: Int64) -> Timestamp {
        if let exact = times.last(where: { $0.presentation == presentation }) { return exact.timestamp }
        guard let nearest = times.last else { return Timestamp(microseconds: 0) }
        return nearest.timestamp.advanced(bySeconds: Double(presentation &- nearest.presentation) / 1e9)
    }
}
