import COpenVINO
import Foundation
import Vision

/// The steps from a model's bytes to one that runs.
extension OpenVINONetwork {
    static func weights(_ library: OpenVINOLibrary, _ bytes: [UInt8]?) throws(InferenceError) -> OpenVINOTensor? {
        guard let bytes else { return nil }
        guard !bytes.isEmpty else { throw InferenceError(.invalidModel, "a model's weights are empty: fetch it again") }
        guard let tensor = OpenVINOTensor(library, type: library.uint8, shape: [bytes.count]), let memory = tensor.bytes,
            memory.count == bytes.count
        else { throw InferenceError(.failed, "no memory for a model's weights", cause: library.lastWords()) }
        bytes.withUnsafeBytes { memory.copyMemory(from: $0) }
        return tensor
    }

    static func read(_ core: OpenVINOCore, _ bytes: [UInt8], weights: OpenVINOTensor?) throws(InferenceError) -> OpaquePointer {
        if isTensorFlowLite(bytes) { return try readFile(core, bytes) }
        var model: OpaquePointer?
        let status = bytes.withUnsafeBytes { raw -> Int32 in
            guard let start = raw.bindMemory(to: CChar.self).baseAddress else { return -1 }
            return core.library.api.pointee.ov_core_read_model_from_memory_buffer(core.pointer, start, raw.count, weights?.pointer, &model)
        }
        guard status == 0, let model else {
            throw InferenceError(.invalidModel, "the bytes are no model, or a damaged one: fetch it again", cause: core.library.lastWords())
        }
        return model
    }

    /// Whether these are the bytes of a TensorFlow Lite file, which names itself behind its first number.
    private static func isTensorFlowLite(_ bytes: [UInt8]) -> Bool { bytes.dropFirst(4).prefix(4).elementsEqual("TFL3".utf8) }

    /// The runtime reads TensorFlow Lite from files only, and knows it by the name: one that nobody else can open, gone once it is read.
    private static func readFile(_ core: OpenVINOCore, _ bytes: [UInt8]) throws(InferenceError) -> OpaquePointer {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vigilar-model-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("model.tflite")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            try Data(bytes).write(to: file)
        } catch { throw InferenceError(.failed, "a model cannot be written to the system's folder for temporary files: make room there") }
        var model: OpaquePointer?
        guard core.library.api.pointee.ov_core_read_model(core.pointer, file.path, nil, &model) == 0, let model else {
            throw InferenceError(.invalidModel, "the bytes are no model, or a damaged one: fetch it again", cause: core.library.lastWords())
        }
        return model
    }

    /// Holds a model to its one input, and settles what it leaves open there.
    /// - Returns: The type of the input's elements.
    static func settle(_ library: OpenVINOLibrary, _ model: OpaquePointer, _ expected: [Int]) throws(InferenceError) -> UInt32 {
        let api = library.api.pointee
        var inputs = 0
        guard api.ov_model_inputs_size(model, &inputs) == 0, inputs == 1 else {
            throw InferenceError(.otherShape, "a model has \(inputs) inputs where one is expected")
        }
        let port = try input(library, model)
        guard port.type == library.float32 || port.type == library.uint8 else {
            throw InferenceError(.otherShape, "a model's input is neither of 32-bit floats nor of bytes")
        }
        if let dimensions = port.dimensions {
            let fits = dimensions.count == expected.count && zip(dimensions, expected).allSatisfy { $0 == nil || $0 == $1 }
            guard fits else {
                let taken = dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: "×")
                throw InferenceError(.otherShape, "a model takes \(taken) where \(text(expected)) is expected")
            }
            if port.shape != nil { return port.type }
        }
        var dimensions = expected.map { Int64($0) }
        var partial = ov_partial_shape_t()
        guard api.ov_partial_shape_create_static(Int64(dimensions.count), &dimensions, &partial) == 0 else {
            throw InferenceError(.failed, "a model's input cannot be given a shape", cause: library.lastWords())
        }
        defer { api.ov_partial_shape_free(&partial) }
        guard api.ov_model_reshape_single_input(model, partial) == 0 else {
            throw InferenceError(.otherShape, "a model cannot take \(text(expected))", cause: library.lastWords())
        }
        // It may have taken it in a way of its own.
        guard try input(library, model).shape == expected else {
            throw InferenceError(.otherShape, "a model does not take \(text(expected))")
        }
        return port.type
    }

    private static func input(_ library: OpenVINOLibrary, _ model: OpaquePointer) throws(InferenceError) -> OpenVINOPort {
        var port: OpaquePointer?
        guard library.api.pointee.ov_model_const_input_by_index(model, 0, &port) == 0, let port else {
            throw InferenceError(.invalidModel, "a model does not tell its input", cause: library.lastWords())
        }
        return OpenVINOPort(library, owning: port)
    }

    static func compile(_ core: OpenVINOCore, _ model: OpaquePointer, threads: Int) throws(InferenceError) -> OpaquePointer {
        var compiled: OpaquePointer?
        let status = vigilar_openvino_compile(core.library.api, core.pointer, model, "\(max(threads, 1))", &compiled)
        guard status == 0, let compiled else {
            throw InferenceError(.invalidModel, "a model cannot be made ready on this processor", cause: core.library.lastWords())
        }
        return compiled
    }

    /// - Throws: `InferenceError` with code `otherShape` where the outputs are not those expected, or are too large to be taken.
    static func outputs(
        _ library: OpenVINOLibrary, _ model: OpaquePointer, _ expected: [[Int]]?
    ) throws(InferenceError) -> [OpenVINOPort] {
        var count = 0
        guard library.api.pointee.ov_model_outputs_size(model, &count) == 0, (1...64).contains(count) else {
            throw InferenceError(.otherShape, "a model has \(count) outputs")
        }
        if let expected, expected.count != count {
            throw InferenceError(.otherShape, "a model has \(count) outputs where \(expected.count) are expected")
        }
        var ports: [OpenVINOPort] = []
        var room = outputLimit
        for index in 0..<count {
            var pointer: OpaquePointer?
            guard library.api.pointee.ov_model_const_output_by_index(model, index, &pointer) == 0, let pointer else {
                throw InferenceError(.invalidModel, "a model does not tell its output \(index)", cause: library.lastWords())
            }
            let port = OpenVINOPort(library, owning: pointer)
            guard port.type == library.float32 || port.type == library.uint8 else {
                throw InferenceError(.otherShape, "a model's output \(index) is neither of 32-bit floats nor of bytes")
            }
            if let shape = port.shape {
                guard let size = ModelSignature.count(shape), size <= room else {
                    throw InferenceError(.otherShape, "a model's output \(index) is empty or too large: \(text(shape))")
                }
                room -= size
            }
            if let expected, port.shape ?? expected[index] != expected[index] {
                let shape = port.shape.map(text) ?? "something"
                throw InferenceError(.otherShape, "a model's output \(index) is \(shape) where \(text(expected[index])) is expected")
            }
            ports.append(port)
        }
        return ports
    }

    static func request(_ library: OpenVINOLibrary, _ compiled: OpaquePointer) throws(InferenceError) -> OpaquePointer {
        var request: OpaquePointer?
        guard library.api.pointee.ov_compiled_model_create_infer_request(compiled, &request) == 0, let request else {
            throw InferenceError(.failed, "no memory to run a model in", cause: library.lastWords())
        }
        return request
    }

    /// A shape for people: 1×3×416×416.
    static func text(_ shape: [Int]) -> String {
        shape.isEmpty ? "a single number" : shape.map(String.init).joined(separator: "×")
    }
}
