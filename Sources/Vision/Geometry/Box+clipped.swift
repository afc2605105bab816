extension Box {
    /// What of it lies within the picture; nil where nothing does.
    package var clipped: Box? {
        let (left, top) = (max(x, 0), max(y, 0))
        let (right, bottom) = (min(maxX, 1), min(maxY, 1))
        guard right > left, bottom > top else { return nil }
        return Box(x: left, y: top, width: right - left, height: bottom - top)
    }
}
