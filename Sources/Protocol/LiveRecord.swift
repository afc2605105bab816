package import Base

/// The unit of live video on its way from a node to the hub and from there to browsers. On the wire, numbers big-endian: length of all that
/// follows (4 bytes), kind (1), number of the camera (1), time of the picture in microseconds since 1970 (8), content.
package struct LiveRecord: Sendable, Hashable {
    package enum Kind: UInt8, Sendable {
        /// What decoding begins with: length of the codec's name (1 byte), its name as Media Source wants it, `ftyp` and `moov`.
        case start = 1
        /// A fragment of MP4 at which decoding can begin.
        case keyframe = 2
        /// A fragment of MP4 that refers to those before it.
        case picture = 3
        /// A JPEG.
        case still = 4
        /// Why there is nothing to be seen just now, in UTF-8; empty when all is well.
        case notice = 5
    }

    /// Bytes ahead of the content.
    package static let headLength = 14
    /// Bytes of content at most.
    package static let limit = 16 << 20

    package var kind: Kind
    /// Which of the cameras that were asked for; zero on the way to the hub.
    package var camera: UInt8
    package var time: Timestamp
    package var content: [UInt8]

    package init(_ kind: Kind, camera: UInt8 = 0, time: Timestamp, content: [UInt8]) {
        self.kind = kind
        self.camera = camera
        self.time = time
        self.content = content
    }

    /// The record as it travels.
    package var bytes: [UInt8] { Self.head(kind, camera: camera, time: time, contentLength: content.count) + content }

    /// What lies ahead of a record's content.
    package static func head(_ kind: Kind, camera: UInt8, time: Timestamp, contentLength: Int) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(headLength)
        let length = UInt32(clamping: contentLength + headLength - 4)
        for shift in stride(from: 24, through: 0, by: -8) { out.append(UInt8(truncatingIfNeeded: length >> UInt32(shift))) }
        out.append(kind.rawValue)
        out.append(camera)
        for shift in stride(from: 56, through: 0, by: -8) { out.append(UInt8(truncatingIfNeeded: time.microseconds >> Int64(shift))) }
        return out
    }

    /// The content of a `start` record.
    package static func start(codec: String, initialization: [UInt8]) -> [UInt8] {
        let name = codec.utf8.prefix(255)
        return [UInt8(name.count)] + name + initialization
    }
}
