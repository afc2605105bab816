import Base
import Media
import Protocol
import Vision

/// Hides people in events' pictures, one at a time and on a thread of its own: whoever may see them does not wait for that.
actor PeopleHider {
    /// By which a person is grown on each side, in parts of their size: boxes cut hair and hands off.
    private static let margin = 0.1
    /// Pixels of the largest picture that is decoded: what nodes make has a fraction of it.
    private static let pixelLimit = 4_000_000

    private let executor = ThreadExecutor(name: "hiding")

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - people: Where they are; nil where nobody has looked for them, so that all of the picture is hidden.
    ///   - jpeg: An event's picture, or its thumbnail.
    /// - Returns: The same with as many pixels, as JPEG; as it is where nobody is in it.
    /// - Throws: Where it cannot be decoded.
    func hide(_ people: [SnapshotArea]?, in jpeg: [UInt8]) throws(MediaError) -> [UInt8] {
        if people?.isEmpty == true { return jpeg }
        let picture = try JPEGDecoder.decode(jpeg, pixelLimit: Self.pixelLimit)
        let areas = (people ?? [SnapshotArea(left: 0, top: 0, right: 1, bottom: 1)]).compactMap { area in
            let box = Box(x: area.left, y: area.top, width: area.right - area.left, height: area.bottom - area.top)
            return PixelRectangle(box.grown(by: Self.margin), width: picture.width, height: picture.height).map {
                (x: $0.x..<($0.x + $0.width), y: $0.y..<($0.y + $0.height))
            }
        }
        return try JPEGEncoder.jpeg(of: picture, hiding: areas, byteLimit: JPEGEncoder.byteLimit)
    }
}
