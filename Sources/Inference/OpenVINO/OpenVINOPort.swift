import COpenVINO

/// What OpenVINO tells about one input or output of a model.
struct OpenVINOPort {
    /// Empty where it has none.
    let name: String
    /// The runtime's number for the type of its elements.
    let type: UInt32
    /// The length of each dimension, nil for one that is left open; nil where even their number is.
    let dimensions: [Int?]?

    /// Nil where anything is left open.
    var shape: [Int]? {
        guard let dimensions else { return nil }
        let lengths = dimensions.compactMap { $0 }
        return lengths.count == dimensions.count ? lengths : nil
    }

    /// Takes the port over.
    init(_ library: OpenVINOLibrary, owning port: OpaquePointer) {
        let api = library.api.pointee
        defer { api.ov_output_const_port_free(port) }
        var type: UInt32 = 0
        _ = api.ov_port_get_element_type(port, &type)
        self.type = type
        var characters: UnsafeMutablePointer<CChar>?
        if api.ov_port_get_any_name(port, &characters) == 0, let characters {
            name = String(cString: characters)
            api.ov_free(characters)
        } else {
            name = ""
        }
        var shape = ov_partial_shape_t()
        if api.ov_port_get_partial_shape(port, &shape) == 0 {
            dimensions = Self.dimensions(shape)
            api.ov_partial_shape_free(&shape)
        } else {
            dimensions = nil
        }
    }

    private static func dimensions(_ shape: ov_partial_shape_t) -> [Int?]? {
        guard shape.rank.min == shape.rank.max, (0...16).contains(shape.rank.min) else { return nil }
        guard let lengths = shape.dims else { return [] }
        return UnsafeBufferPointer(start: lengths, count: Int(shape.rank.min)).map { $0.min == $0.max ? Int($0.min) : nil }
    }

    static func lengths(_ shape: ov_shape_t) -> [Int] {
        guard shape.rank > 0, let dimensions = shape.dims else { return [] }
        return UnsafeBufferPointer(start: dimensions, count: Int(shape.rank)).map { Int($0) }
    }
}
