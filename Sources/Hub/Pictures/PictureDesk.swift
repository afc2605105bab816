import Base
import Media
import Protocol
import Vision

/// Decodes, scales and cuts pictures, one at a time and on a thread of its own: the largest takes a second and half a gigabyte.
actor PictureDesk {
    private let executor = ThreadExecutor(name: "pictures")

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// The pixels of a file, upright, as a JPEG that says nothing else.
    /// - Throws: `PictureError` where it is no picture that is read.
    func jpeg(of file: [UInt8], side: Int, byteLimit: Int) throws -> [UInt8] {
        try JPEGEncoder.jpeg(of: decode(file, side: side), side: side, byteLimit: byteLimit)
    }

    /// - Throws: `PictureError` where it is no picture that is read.
    func decode(_ file: [UInt8], side: Int) throws -> HeldPicture {
        do { return try PictureFile.decode(file, side: side) } catch  where error.code != .decoderFailed {
            throw PictureError(.unreadable(error.message))
        }
    }

    /// A part of a picture as a portrait shows it, as JPEG.
    func crop(_ area: Box, of picture: HeldPicture) throws -> [UInt8] {
        guard let pixels = PixelRectangle(area, width: picture.width, height: picture.height),
            let part = picture.part(x: pixels.x, y: pixels.y, width: pixels.width, height: pixels.height)
        else { throw PictureError(.unreadable("what was found lies outside the picture")) }
        return try JPEGEncoder.jpeg(of: part, side: PortraitWire.cropSide, byteLimit: PortraitWire.maximumCrop)
    }
}
