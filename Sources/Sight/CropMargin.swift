/// Room that is left around what is cut out of a picture, on each side, in shares of the box's.
package enum CropMargin {
    /// Hair and chin: boxes of faces leave them out.
    package static let face = 0.4
    package static let animal = 0.1
}
