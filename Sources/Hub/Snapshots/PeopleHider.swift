import Base
import Media
import Protocol

/// Hides people in events' pictures, one at a time and on a thread of its own: a picture takes some 15 ms, and nobody who may see it waits for that.
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
        let (width, height) = (Double(picture.width), Double(picture.height))
        let areas = (people ?? [SnapshotArea(left: 0, top: 0, right: 1, bottom: 1)]).map { area in
            let (across, down) = (Self.margin * (area.right - area.left), Self.margin * (area.bottom - area.top))
            return (
                x: Self.pixels(area.left - across, area.right + across, of: width),
                y: Self.pixels(area.top - down, area.bottom + down, of: height)
            )
        }
        return try JPEGEncoder.jpeg(of: picture, hiding: areas, byteLimit: JPEGEncoder.byteLimit)
    }

    /// - Parameters: In fractions of the picture, from −1 to 2 at most.
    private static func pixels(_ low: Double, _ high: Double, of size: Double) -> Range<Int> {
        let first = Int((low * size).rounded(.down))
        return first..<max(first, Int((high * size).rounded(.up)))
    }
}
