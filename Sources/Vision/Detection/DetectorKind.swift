/// The kinds of detectors whose outputs can be read.
package enum DetectorKind: String, Sendable, Hashable, CaseIterable {
    /// PicoDet of PaddleDetection, without its own suppression: for each of four grids a tensor of class scores, then for each grid one of
    /// distances.
    case picoDet = "picodet"
    /// NanoDet-Plus: one tensor with a row for each place of four grids, class scores first, then distances.
    case nanoDetPlus = "nanodet-plus"
    /// YOLOX: one tensor with a row for each place of three grids: centre, size, objectness, class scores.
    case yolox

    /// Pixels of the input from one place of a grid to the next.
    var strides: [Int] { self == .yolox ? [8, 16, 32] : [8, 16, 32, 64] }

    /// Where in its cell a place of a grid lies, in cells. NanoDet-Plus was trained with the corner.
    var offset: Float { self == .picoDet ? 0.5 : 0 }
}
