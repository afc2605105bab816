/// A picture as two JPEGs, baseline, 4:2:0.
package struct StillPicture: Sendable, Hashable {
    /// At most `JPEGEncoder.side` pixels wide and high, at most `JPEGEncoder.byteLimit` bytes.
    package let jpeg: [UInt8]
    /// The same picture at most `JPEGEncoder.thumbnailSide` pixels wide and high, at most `JPEGEncoder.thumbnailByteLimit` bytes.
    package let thumbnail: [UInt8]

    package init(jpeg: [UInt8], thumbnail: [UInt8]) {
        self.jpeg = jpeg
        self.thumbnail = thumbnail
    }
}
