package import Media
package import Vision

/// A picture that comes by itself, from a file, in the form in which it was read.
package enum SinglePicture: Sendable {
    /// A JPEG, with its planes of luma and chroma as a camera's picture has them.
    case decoded(HeldPicture)
    /// A portable pixmap: exactly the bytes that another program has.
    case packed(PackedPicture)

    /// Pixels of the largest picture that is read.
    package static let pixelLimit = JPEGDecoder.pixelLimit

    /// Bytes of the longest file that is read: a pixmap of the largest size with some room for its header.
    package static let byteLimit = 3 * pixelLimit + 4096

    /// Reads a picture. Blocks its thread.
    /// - Throws: `MediaError` or `PreprocessingError` where it is none, damaged, cut off or too large.
    package init(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { throw MediaError(.invalidData, "the file is empty") }
        if PackedPicture.isNetpbm(bytes) {
            self = .packed(try PackedPicture(netpbm: bytes, pixelLimit: Self.pixelLimit))
        } else if bytes.starts(with: [0xff, 0xd8]) {
            let picture = try JPEGDecoder.decode(bytes, isStrict: true)
            // Some have no luma and chroma, but the colours themselves.
            if picture.withPlanes({ _, _, _, _ in true }) == true {
                self = .decoded(picture)
            } else {
                let colours = try picture.blueGreenRed()
                self = .packed(PackedPicture(width: picture.width, height: picture.height, order: .bgr, bytes: colours))
            }
        } else {
            throw MediaError(.invalidData, "the file is no picture that is read: JPEG, binary PPM (P6) and PGM (P5) are")
        }
    }

    /// In pixels.
    package var width: Int {
        switch self {
        case .decoded(let picture): picture.width
        case .packed(let picture): picture.width
        }
    }

    /// In pixels.
    package var height: Int {
        switch self {
        case .decoded(let picture): picture.height
        case .packed(let picture): picture.height
        }
    }

    /// Makes a model's input of the whole picture.
    /// - Throws: Where the picture's colours cannot be read.
    package func prepare(for preprocessor: PicturePreprocessor) throws -> PreparedInput {
        switch self {
        case .decoded(let picture):
            try preprocessor.prepare(picture, part: PixelRectangle(x: 0, y: 0, width: picture.width, height: picture.height))
        case .packed(let picture): try preprocessor.prepare(picture)
        }
    }

    /// Makes the input of a face's embedding.
    /// - Returns: Nil where the landmarks lie in one place.
    /// - Throws: Where the picture's colours cannot be read.
    package func align(_ face: DetectedFace, by aligner: FaceAligner) throws -> [Float]? {
        switch self {
        case .decoded(let picture):
            let aligned = try picture.withPlanes { layout, luma, cb, cr in
                try aligner.align(face, luma: luma, cb: cb, cr: cr, layout)
            }
            guard let aligned else { throw PreprocessingError("a picture has its colours in a way that models do not read") }
            return aligned
        case .packed(let picture): return try aligner.align(face, in: picture)
        }
    }
}
