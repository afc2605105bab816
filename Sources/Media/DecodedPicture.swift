package import Base
package import MediaTypes

/// What belongs to the luma plane that a decoder lends.
package struct DecodedPicture: Sendable, Equatable {
    package var presentationTime: MediaTime
    /// Wall-clock time of the picture, that of its packet.
    package var timestamp: Timestamp
    /// In pixels.
    package var width: Int
    package var height: Int
    /// Bytes from one row of luma to the next; at least `width`. Row `y` is at `y * lumaStride`, the last row has `width` bytes.
    package var lumaStride: Int
    /// Whether luma goes from 0 to 255 instead of 16 to 235.
    package var isFullRange: Bool
    /// The decoder had to guess parts of it.
    package var isDamaged: Bool

    package init(
        presentationTime: MediaTime, timestamp: Timestamp, width: Int, height: Int, lumaStride: Int, isFullRange: Bool,
        isDamaged: Bool = false
    ) {
        self.presentationTime = presentationTime
        self.timestamp = timestamp
        self.width = width
        self.height = height
        self.lumaStride = lumaStride
        self.isFullRange = isFullRange
        self.isDamaged = isDamaged
    }
}
