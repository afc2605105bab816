/// A small brightness image: row by row, `LumaReducer.scale` units per step of 8-bit luma, so 0…16,320.
package struct ReducedLuma: Sendable {
    package var width: Int
    package var height: Int
    package var pixels: [Int16]

    package init(width: Int, height: Int, pixels: [Int16]) {
        precondition(width >= 0 && height >= 0 && pixels.count == width * height, "a reduced image has width × height pixels")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
