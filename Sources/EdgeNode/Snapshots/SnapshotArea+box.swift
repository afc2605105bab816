import Protocol
import Vision

extension SnapshotArea {
    /// - Parameter box: Within the picture.
    init(_ box: Box) { self.init(left: box.x, top: box.y, right: box.maxX, bottom: box.maxY) }
}
