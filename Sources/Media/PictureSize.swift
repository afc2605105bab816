import CLibAV
import MediaTypes

/// Asks libavcodec's parser for the size of a stream's pictures.
enum PictureSize {
    /// Of a picture: twice those of 8K. What claims more would take the node's memory.
    static let maximumPixels: Int64 = 2 * 7680 * 4320

    /// Width and height in pixels after cropping, as the stream's parameters or those in the packet say; nil when they do not.
    static func probe(_ stream: StreamInfo, packet: [UInt8]) -> (Int, Int)? {
        if stream.codec == .mjpeg { return JPEGHeader.size(of: packet).map { ($0.width, $0.height) } }
        guard let parser = av_parser_init(Int32(bitPattern: stream.codec.libav.rawValue)) else { return nil }
        defer { av_parser_close(parser) }
        var context = avcodec_alloc_context3(avcodec_find_decoder(stream.codec.libav))
        defer { avcodec_free_context(&context) }
        guard let context, context.setExtradata(stream.extradata) else { return nil }
        parser.pointee.flags |= Int32(PARSER_FLAG_COMPLETE_FRAMES)
        let padded = packet + [UInt8](repeating: 0, count: Int(AV_INPUT_BUFFER_PADDING_SIZE))
        var output: UnsafeMutablePointer<UInt8>?
        var outputSize: Int32 = 0
        _ = padded.withUnsafeBufferPointer {
            av_parser_parse2(
                parser, context, &output, &outputSize, $0.baseAddress, Int32(clamping: packet.count),
                vigilar_no_timestamp(), vigilar_no_timestamp(), 0
            )
        }
        let (width, height) = (Int(parser.pointee.width), Int(parser.pointee.height))
        return width > 0 && height > 0 ? (width, height) : nil
    }
}

extension UnsafeMutablePointer<AVCodecContext> {
    /// Gives the context a padded copy of its own; false when there is no memory.
    func setExtradata(_ bytes: [UInt8]) -> Bool {
        if bytes.isEmpty { return true }
        guard let raw = av_mallocz(bytes.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)) else { return false }
        let copy = raw.assumingMemoryBound(to: UInt8.self)
        for (index, byte) in bytes.enumerated() { copy[index] = byte }
        pointee.extradata = copy
        pointee.extradata_size = Int32(clamping: bytes.count)
        return true
    }
}
