import COpenVINO

/// OpenVINO's library, opened. It stays open until the process ends, since its threads outlive every model.
///
/// `@unchecked`: the table of functions is never written after it was made, and the functions may be called by any thread.
package final class OpenVINOLibrary: @unchecked Sendable {
    let api: UnsafePointer<vigilar_openvino>
    /// The file that it was opened from.
    package let path: String
    /// As it names itself, like "2026.4.1-22982-…".
    package let version: String
    /// Its numbers for the types of tensors' elements, which differ between versions.
    let float32: UInt32
    let uint8: UInt32

    /// Opens one file.
    /// - Throws: `InferenceError` with code `unusableRuntime`, which says what it lacks.
    package init(opening path: String) throws(InferenceError) {
        var problem = [CChar](repeating: 0, count: 512)
        guard let api = vigilar_openvino_open(path, &problem, problem.count) else {
            throw InferenceError(.unusableRuntime, "\(path) cannot be used as OpenVINO", cause: Self.text(problem))
        }
        self.api = api
        self.path = path
        version = Self.version(api)
        // The floats come before the integers, and bytes without sign are after the types of less than a byte, whichever those are.
        guard let float32 = Self.elementType(in: 2...8, bits: 32, api),
            let uint8 = Self.elementType(in: (float32 + 8)...(float32 + 14), bits: 8, api)
        else {
            throw InferenceError(.unusableRuntime, "OpenVINO \(version) in \(path) has types of numbers that are not known here")
        }
        self.float32 = float32
        self.uint8 = uint8
    }

    /// Opens the first usable library of the places where one may be.
    /// - Parameters:
    ///   - named: The library or its folder where somebody named it, as `VIGILAR_OPENVINO` does; nothing else is tried then.
    ///   - places: As of `OpenVINOPlaces.folders`; nil for those of this process.
    /// - Throws: `InferenceError` with code `noRuntime` where there is none, and `unusableRuntime` where none of those that are there can
    ///   be used.
    package static func find(named: String?, places: [String]? = nil) throws(InferenceError) -> OpenVINOLibrary {
        let places = places ?? OpenVINOPlaces.folders(named: named, program: OpenVINOPlaces.program)
        var failure: InferenceError?
        for place in places {
            for path in OpenVINOPlaces.libraries(in: place) {
                do throws(InferenceError) { return try OpenVINOLibrary(opening: path) } catch { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        throw InferenceError(
            .noRuntime,
            "OpenVINO is not installed: scripts/packages fetches it, and \(OpenVINOPlaces.variable) names the folder of one that lies "
                + "elsewhere. Looked for libopenvino_c.so in \(places.joined(separator: ", "))")
    }

    /// What the runtime says about its last failure on this thread, on one line and not too long.
    func lastWords() -> String? {
        guard let words = api.pointee.ov_get_last_err_msg() else { return nil }
        defer { api.pointee.ov_free(words) }
        // Each layer says its place in the source first; the last one says what is wrong.
        let lines = String(cString: words).split(whereSeparator: \.isNewline).map(String.init)
        let line = lines.last { !$0.hasPrefix("Check ") && !$0.hasPrefix("Exception from ") && !$0.isEmpty } ?? lines.last
        return line.map { String($0.unicodeScalars.prefix(300).map { $0.isASCII && $0.value >= 32 ? Character($0) : "?" }) }
    }

    private static func version(_ api: UnsafePointer<vigilar_openvino>) -> String {
        var version = ov_version_t()
        guard api.pointee.ov_get_openvino_version(&version) == 0, let number = version.build_number else { return "of unknown version" }
        defer { api.pointee.ov_version_free(&version) }
        return String(cString: number)
    }

    /// The first type whose elements have so many bits, told by the size of a tensor of eight of them.
    private static func elementType(in types: ClosedRange<UInt32>, bits: Int, _ api: UnsafePointer<vigilar_openvino>) -> UInt32? {
        var dimensions: [Int64] = [8]
        var shape = ov_shape_t()
        guard api.pointee.ov_shape_create(1, &dimensions, &shape) == 0 else { return nil }
        defer { _ = api.pointee.ov_shape_free(&shape) }
        return types.first { type in
            var tensor: OpaquePointer?
            var size = 0
            guard api.pointee.ov_tensor_create(type, shape, &tensor) == 0, let tensor else { return false }
            defer { api.pointee.ov_tensor_free(tensor) }
            return api.pointee.ov_tensor_get_byte_size(tensor, &size) == 0 && size == bits
        }
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
