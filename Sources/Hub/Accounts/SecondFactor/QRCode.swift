private import CQREncode

/// A text as a picture that phones read (ISO/IEC 18004), drawn by libqrencode.
enum QRCode {
    /// Light around it, in modules: the standard asks for four.
    private static let margin = 4

    /// SVG of black modules on white, scalable; nil where the text is too long.
    static func svg(_ text: String) -> String? {
        guard let code = unsafe QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
        defer { unsafe QRcode_free(code) }
        let width = unsafe Int(code.pointee.width)
        var path = ""
        for row in 0..<width {
            for column in 0..<width where unsafe code.pointee.data[row * width + column] & 1 == 1 {
                path += "M\(column + margin) \(row + margin)h1v1h-1z"
            }
        }
        let size = width + 2 * margin
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size) \(size)\" shape-rendering=\"crispEdges\">"
            // Said of each path: what a page's style has for icons must not make a phone read something else, or nothing.
            + "<path fill=\"#fff\" stroke=\"none\" d=\"M0 0h\(size)v\(size)H0z\"/><path fill=\"#000\" stroke=\"none\" d=\"\(path)\"/></svg>"
    }
}
