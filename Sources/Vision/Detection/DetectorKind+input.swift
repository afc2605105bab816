extension DetectorKind {
    /// What is left of an input that a picture does not fill, where its proportions are kept: the grey that YOLOX was trained with.
    package static let fill: UInt8 = 114

    /// How models of this kind want a picture as a rule, after the projects that publish them: PicoDet and NanoDet-Plus stretched, with ImageNet's
    /// means and deviations, red first and blue first; YOLOX (since 0.1.1) as bytes, blue first, its proportions kept in the upper left corner.
    /// - Parameters:
    ///   - width: In pixels.
    ///   - height: In pixels.
    ///   - order: Nil for the usual one. Means and deviations stand in it.
    package func usualInput(width: Int, height: Int, order: PackedPicture.Order? = nil) -> PictureInput {
        let order = order ?? (self == .picoDet ? .rgb : .bgr)
        guard self != .yolox else { return PictureInput(width: width, height: height, order: order, fit: .corner(fill: Self.fill)) }
        let (mean, deviation): ([Float], [Float]) = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
        return PictureInput(
            width: width, height: height, order: order, mean: order == .rgb ? mean : mean.reversed(),
            deviation: order == .rgb ? deviation : deviation.reversed())
    }
}
