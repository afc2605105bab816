package import Base
package import Protocol
package import Recording

/// What the library knows of a segment.
package struct SegmentRow: Sendable, Hashable {
    package enum State: String, Sendable {
        /// Being written, or left by a run that was cut off.
        case open
        case closed
        /// Its writer was cut off; what counts plays.
        case unterminated
        /// Its files go.
        case removing
    }

    /// How long it is kept.
    package typealias Class = RetentionClass

    package var id: EventID
    package var camera: String
    package var track: SegmentTrack
    package var start: Timestamp
    /// Of its last picture that counts; the start while it is open.
    package var end: Timestamp
    /// Of its file.
    package var bytes: Int64
    package var isEncrypted: Bool
    package var state: State
    package var keep: Class
    /// The commitment of its encryption, which the next one names; empty for a plain one.
    package var commitment: [UInt8]

    package init(
        id: EventID, camera: String, track: SegmentTrack, start: Timestamp, isEncrypted: Bool, keep: Class, commitment: [UInt8] = []
    ) {
        self.id = id
        self.camera = camera
        self.track = track
        self.start = start
        end = start
        bytes = 0
        self.isEncrypted = isEncrypted
        state = .open
        self.keep = keep
        self.commitment = commitment
    }

    /// Its folders below that of the recordings.
    var folders: [String] { [camera, String(start.rfc3339.prefix(10))] }
    private var stem: String { (folders + [id.description]).joined(separator: "/") }
    /// Its files' paths below the folder of the recordings.
    var file: String { stem + (isEncrypted ? ".vge" : ".mp4") }
    var sidecar: String { stem + ".idx" }
}
