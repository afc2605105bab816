extension PixelRectangle {
    /// The whole pixels around a box, as far as they lie within a picture of this size.
    /// - Returns: Nil where nothing of it does.
    package init?(_ box: Box, width: Int, height: Int) {
        guard let visible = box.clipped, width > 0, height > 0 else { return nil }
        let (left, top) = (Int(visible.x * Double(width)), Int(visible.y * Double(height)))
        let (right, bottom) = (Int((visible.maxX * Double(width)).rounded(.up)), Int((visible.maxY * Double(height)).rounded(.up)))
        self.init(x: left, y: top, width: min(right, width) - left, height: min(bottom, height) - top)
        guard fits(width: width, height: height) else { return nil }
    }

    /// The same in fractions of a picture's size.
    package func fractions(ofWidth width: Int, height: Int) -> Box {
        Box(
            x: Double(x) / Double(width), y: Double(y) / Double(height), width: Double(self.width) / Double(width),
            height: Double(self.height) / Double(height))
    }
}
