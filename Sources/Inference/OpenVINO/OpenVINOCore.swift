import COpenVINO

/// Owns OpenVINO's core, through which models are read. Used by one thread at a time.
final class OpenVINOCore {
    let library: OpenVINOLibrary
    let pointer: OpaquePointer

    /// - Throws: `InferenceError` with code `unusableRuntime`.
    init(_ library: OpenVINOLibrary) throws(InferenceError) {
        var core: OpaquePointer?
        let status = library.api.pointee.ov_core_create(&core)
        guard status == 0, let core else {
            throw InferenceError(.unusableRuntime, "OpenVINO \(library.version) cannot start", cause: library.lastWords())
        }
        self.library = library
        pointer = core
    }

    deinit { library.api.pointee.ov_core_free(pointer) }
}
