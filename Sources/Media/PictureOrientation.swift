import CLibAV

/// How a camera was held, as EXIF's tag Orientation says (CIPA DC-008, 4.6.5): where the first row and column of the file belong.
enum PictureOrientation: Int, Sendable {
    case upright = 1
    case mirrored
    case upsideDown
    case upsideDownMirrored
    case leftMirrored
    case left
    case rightMirrored
    case right

    /// What a decoder has read of it; upright where it has read nothing that makes sense.
    init(of frame: OwnedFrame) {
        let entry = av_dict_get(frame.pointer.pointee.metadata, "Orientation", nil, 0)
        let value = entry.flatMap { Int(String(cString: $0.pointee.value).filter(\.isNumber)) }
        self = value.flatMap(PictureOrientation.init(rawValue:)) ?? .upright
    }

    /// Whether rows become columns.
    var swapsSides: Bool { rawValue > 4 }

    /// Where a sample of the upright picture lies in the file's, both counted from 0.
    /// - Parameters:
    ///   - width: Of the upright picture, as the next one.
    func source(x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        switch self {
        case .upright: (x, y)
        case .mirrored: (width - 1 - x, y)
        case .upsideDown: (width - 1 - x, height - 1 - y)
        case .upsideDownMirrored: (x, height - 1 - y)
        case .leftMirrored: (y, x)
        case .left: (y, width - 1 - x)
        case .rightMirrored: (height - 1 - y, width - 1 - x)
        case .right: (height - 1 - y, x)
        }
    }

    /// - Parameter frame: Of 8-bit 4:2:0.
    /// - Throws: `MediaError` with code `decoderFailed` for want of memory.
    func turn(_ frame: OwnedFrame) throws(MediaError) -> OwnedFrame {
        guard self != .upright else { return frame }
        let (width, height) = (Int(frame.pointer.pointee.width), Int(frame.pointer.pointee.height))
        let (across, down) = swapsSides ? (height, width) : (width, height)
        guard let turned = OwnedFrame(width: across, height: down) else {
            throw MediaError(.decoderFailed, "no memory to turn a picture")
        }
        let (from, to) = (frame.pointer.pointee, turned.pointer.pointee)
        turn(from.data.0, from.linesize.0, to.data.0, to.linesize.0, width: across, height: down)
        let (halfAcross, halfDown) = ((across + 1) / 2, (down + 1) / 2)
        turn(from.data.1, from.linesize.1, to.data.1, to.linesize.1, width: halfAcross, height: halfDown)
        turn(from.data.2, from.linesize.2, to.data.2, to.linesize.2, width: halfAcross, height: halfDown)
        return turned
    }

    /// - Parameters:
    ///   - width: Of the plane that is filled, as the next one.
    private func turn(
        _ from: UnsafeMutablePointer<UInt8>?, _ fromStride: Int32, _ to: UnsafeMutablePointer<UInt8>?, _ toStride: Int32, width: Int,
        height: Int
    ) {
        guard let from, let to else { return }
        for y in 0..<height {
            for x in 0..<width {
                let source = source(x: x, y: y, width: width, height: height)
                to[y * Int(toStride) + x] = from[source.y * Int(fromStride) + source.x]
            }
        }
    }
}
