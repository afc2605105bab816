/// How sharp a part of a picture is: what moved quickly, or is out of focus, has soft edges.
package enum PictureSharpness {
    /// Rows and columns that are looked at, at most.
    private static let samples = 96

    /// The variance of the Laplacian of brightness (Pech-Pacheco et al. 2000), over evenly spaced pixels: cheap whatever the size.
    /// - Parameters:
    ///   - part: In pixels.
    ///   - luma: Rows of the picture's brightness, 0…255.
    ///   - stride: Bytes from one row to the next.
    ///   - width: Of the picture, in pixels.
    ///   - height: Of the picture, in pixels.
    /// - Returns: 0 for a part that does not lie within the picture, or has no inside.
    package static func measure(_ part: PixelRectangle, luma: borrowing Span<UInt8>, stride: Int, width: Int, height: Int) -> Double {
        guard part.fits(width: width, height: height), part.width > 2, part.height > 2, stride >= width,
            luma.count >= stride * (height - 1) + width
        else { return 0 }
        let (across, down) = (max(1, part.width / samples), max(1, part.height / samples))
        var (count, sum, squares) = (0, 0, 0)
        for y in Swift.stride(from: part.y + 1, to: part.y + part.height - 1, by: down) {
            for x in Swift.stride(from: part.x + 1, to: part.x + part.width - 1, by: across) {
                let place = y * stride + x
                let beside = Int(luma[place - 1]) + Int(luma[place + 1]) + Int(luma[place - stride]) + Int(luma[place + stride])
                let laplacian = beside - 4 * Int(luma[place])
                count += 1
                sum += laplacian
                squares += laplacian * laplacian
            }
        }
        let mean = Double(sum) / Double(count)
        return Double(squares) / Double(count) - mean * mean
    }
}
