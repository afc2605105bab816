package import Base

/// One compressed picture as it came from the camera. Cheap to copy: the bytes are shared.
package struct EncodedPacket: Sendable {
    /// Decode and presentation time on the stream's clock; broken source timestamps have been mended by the demuxer.
    package var decodeTime: MediaTime
    package var presentationTime: MediaTime
    /// Wall-clock time of the picture: of the frame itself where the source tells it, else of the packet's arrival.
    package var timestamp: Timestamp
    /// Decoding can start here.
    package var isKeyframe: Bool
    /// The compressed bytes, as the demuxer gave them (Annex B or length-prefixed, as `CodecParameters` says).
    package var data: [UInt8]
    /// Counts the changes of codec or parameters on this connection: a decoder made for another generation must be made anew.
    package var generation: Int
    /// What came of the stream's sound since the picture before: it goes where the picture goes, and is dropped where it is.
    package var sound: [SoundFrame]

    /// Bytes of the picture and its sound.
    package var byteCount: Int { sound.reduce(data.count) { $0 + $1.data.count } }

    package init(
        decodeTime: MediaTime, presentationTime: MediaTime, timestamp: Timestamp, isKeyframe: Bool, data: [UInt8], generation: Int,
        sound: [SoundFrame] = []
    ) {
        self.decodeTime = decodeTime
        self.presentationTime = presentationTime
        self.timestamp = timestamp
        self.isKeyframe = isKeyframe
        self.data = data
        self.generation = generation
        self.sound = sound
    }
}
