import Media
import MediaTypes

/// Two decoders for one stream. While the gate sleeps, one stays where the last group of pictures was left and the other looks at the new
/// keyframe: whichever is needed next goes on without decoding anything twice.
struct DecoderPair: ~Copyable {
    private var first: VideoDecoder?
    private var second: VideoDecoder?
    private let stream: StreamInfo

    init(_ stream: StreamInfo) { self.stream = stream }

    /// Packets and pictures that could not be used.
    private(set) var rejected = 0

    mutating func decode(
        _ packet: EncodedPacket, slot: Int, _ body: (DecodedPicture, Span<UInt8>, borrowing LentPicture) -> Void
    ) throws(MediaError) {
        if slot == 0 {
            if first == nil { first = try VideoDecoder(stream, mode: .motion) }
            try first?.decode(packet, body)
        } else {
            if second == nil { second = try VideoDecoder(stream, mode: .motion) }
            try second?.decode(packet, body)
        }
    }

    mutating func flush(slot: Int, _ body: (DecodedPicture, Span<UInt8>, borrowing LentPicture) -> Void) throws(MediaError) {
        if slot == 0 { try first?.flush(body) } else { try second?.flush(body) }
    }

    mutating func reset(slot: Int) {
        if slot == 0 { first?.reset() } else { second?.reset() }
    }
}
