package import Settings

/// One camera of a node: a table `[[camera]]` of `edge.toml`.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `id` | id, unique in the installation | required |
/// | `name` | text of at most 100 characters | the id |
/// | `source` | URL (`rtsp`, `rtsps`, `http`, `https`) or path of a file | one of the two is required |
/// | `source_file` | path of a file that only its owner may read, holding the source | one of the two is required |
/// | `[camera.motion]` | ``MotionSettings`` | all standard |
package struct CameraSettings: Sendable, Equatable {
    /// The camera's id, unique in the installation.
    package let id: String
    /// What people call it.
    package let name: String
    /// Where its video comes from: an address, often with credentials, or the absolute path of a file.
    package let source: Secret
    /// How motion is looked for in it.
    package let motion: MotionSettings

    static let keys = [
        KeyDescription("camera.id", "id", standard: nil, inArray: true),
        KeyDescription("camera.name", "text", standard: "the id", inArray: true),
        KeyDescription("camera.source", "URL or path", standard: nil, inArray: true),
        KeyDescription("camera.source_file", "path", standard: "none", inArray: true),
    ]

    init(_ table: TableReader) {
        id = table.id("id") ?? ""
        if !table.has("id") { table.fail("id", "is missing: give this camera an id, such as id = \"porch-cam\"") }
        let name = table.string("name")
        if let name, name.count > 100 || name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            table.fail("name", "must be a text of at most 100 characters without control characters")
        }
        self.name = name ?? id
        source = Self.source(table)
        motion = MotionSettings(table.table("motion"))
    }

    private static func source(_ table: TableReader) -> Secret {
        switch (table.has("source"), table.has("source_file")) {
        case (true, true): table.fail("source_file", "stands beside source: keep one of the two")
        case (false, false): table.fail("source", "is missing: name the camera's address (rtsp://…) or a file")
        case (true, false):
            if let text = table.string("source") { return source(text, key: "source", table) }
        case (false, true):
            guard let path = table.path("source_file") else { break }
            switch SecretFile.read(path: path) {
            case .success(let text): return source(text, key: "source_file", table)
            case .failure(let refusal): table.fail("source_file", "\(refusal)")
            }
        }
        return Secret("")
    }

    /// Messages name the key and never quote the source.
    private static func source(_ text: String, key: String, _ table: TableReader) -> Secret {
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            table.fail(key, "holds control characters")
            return Secret("")
        }
        guard let scheme = text.firstRange(of: "://") else {
            let path = FilePlace.absolute(text, from: table.folder)
            return Secret(path, shown: path)
        }
        let known = ["rtsp", "rtsps", "http", "https"]
        if !known.contains(text[..<scheme.lowerBound].lowercased()) {
            table.fail(key, "must be a path, or an address that starts with \(known.map { "\($0)://" }.joined(separator: ", "))")
        } else if text[scheme.upperBound...].drop(while: { $0 == "/" }).isEmpty {
            table.fail(key, "names no host")
        }
        return Secret(address: text)
    }
}
