extension PixelRectangle {
    /// The same in fractions of a picture's size.
    package func fractions(ofWidth width: Int, height: Int) -> Box {
        Box(
            x: Double(x) / Double(width), y: Double(y) / Double(height), width: Double(self.width) / Double(width),
            height: Double(self.height) / Double(height))
    }
}
