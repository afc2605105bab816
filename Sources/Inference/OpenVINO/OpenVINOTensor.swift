import COpenVINO

/// Owns one of OpenVINO's tensors. Used by one thread at a time.
final class OpenVINOTensor {
    let library: OpenVINOLibrary
    let pointer: OpaquePointer

    init(_ library: OpenVINOLibrary, owning pointer: OpaquePointer) {
        self.library = library
        self.pointer = pointer
    }

    /// A tensor with memory of its own; nil where there is none to be had.
    convenience init?(_ library: OpenVINOLibrary, type: UInt32, shape: [Int]) {
        var dimensions = shape.map { Int64($0) }
        var created = ov_shape_t()
        guard library.api.pointee.ov_shape_create(Int64(shape.count), &dimensions, &created) == 0 else { return nil }
        defer { _ = library.api.pointee.ov_shape_free(&created) }
        var tensor: OpaquePointer?
        guard library.api.pointee.ov_tensor_create(type, created, &tensor) == 0, let tensor else { return nil }
        self.init(library, owning: tensor)
    }

    deinit { library.api.pointee.ov_tensor_free(pointer) }

    /// Nil where the runtime does not tell.
    var shape: [Int]? {
        var shape = ov_shape_t()
        guard library.api.pointee.ov_tensor_get_shape(pointer, &shape) == 0 else { return nil }
        defer { _ = library.api.pointee.ov_shape_free(&shape) }
        return OpenVINOPort.lengths(shape)
    }

    /// Its memory; nil where the runtime does not give it.
    var bytes: UnsafeMutableRawBufferPointer? {
        var size = 0
        var data: UnsafeMutableRawPointer?
        guard library.api.pointee.ov_tensor_get_byte_size(pointer, &size) == 0,
            library.api.pointee.ov_tensor_data(pointer, &data) == 0, let data
        else { return nil }
        return UnsafeMutableRawBufferPointer(start: data, count: size)
    }
}
