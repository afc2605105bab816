import Recording

/// What a segment begins with, and what seals it, made before anything is written: its row needs to know the commitment.
struct SegmentContents: ~Copyable {
    let header: SegmentHeader
    /// `ftyp` and `moov`.
    let initialization: [UInt8]
    /// Nil for a plain segment.
    var sealer: ChunkSealer?
    /// Of its encryption; empty where there is none.
    let commitment: [UInt8]

    init(header: SegmentHeader, key: DataKey?, video: VideoTrack, sound: SoundTrack?) {
        self.header = header
        initialization = CMAF.initialization(video: video, sound: sound)
        if let key {
            let sealer = ChunkSealer(key: key, context: header.encoded)
            commitment = sealer.commitment
            self.sealer = consume sealer
        } else {
            commitment = []
            sealer = nil
        }
    }
}
