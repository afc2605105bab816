/// A picture of three bytes a pixel, row by row without gaps.
package struct PackedPicture: Sendable, Hashable {
    /// In which order a pixel's bytes stand.
    package enum Order: String, Sendable, Hashable, CaseIterable { case rgb, bgr }

    package var width: Int
    package var height: Int
    package var order: Order
    /// `3 * width * height`.
    package var bytes: [UInt8]

    package init(width: Int, height: Int, order: Order, bytes: [UInt8]) {
        self.width = width
        self.height = height
        self.order = order
        self.bytes = bytes
    }
}
