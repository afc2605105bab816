import COpenVINO
import Vision

/// A model made ready by OpenVINO, with the memory that it runs in. Blocks.
///
/// `@unchecked`: made and run on the one thread of the engine that loads it, whose executor the model's actor shares.
final class OpenVINONetwork: @unchecked Sendable {
    /// Numbers in the largest output, and in all of them, that are taken from a model: 64 MiB.
    static let outputLimit = 16 << 20

    private let core: OpenVINOCore
    /// The model reads its weights from here for as long as it lives.
    private let weights: OpenVINOTensor?
    private let compiled: OpaquePointer
    private let request: OpaquePointer
    private let input: OpenVINOTensor
    private let inputIsFloat: Bool
    private let inputCount: Int
    private let outputs: [OpenVINOPort]

    private var library: OpenVINOLibrary { core.library }

    /// Reads a model and makes it ready.
    /// - Throws: `InferenceError` with code `invalidModel`, `otherShape` or `failed`.
    init(_ core: OpenVINOCore, _ bytes: ModelBytes, _ signature: ModelSignature, threads: Int) throws(InferenceError) {
        let library = core.library
        guard let count = signature.inputCount, count <= Self.outputLimit else {
            throw InferenceError(.otherShape, "a model cannot take \(Self.text(signature.input))")
        }
        self.core = core
        inputCount = count
        weights = try Self.weights(library, bytes.weights)
        let model = try Self.read(core, bytes.network, weights: weights)
        defer { library.api.pointee.ov_model_free(model) }
        let type = try Self.settle(library, model, signature.input)
        inputIsFloat = type == library.float32
        guard let input = OpenVINOTensor(library, type: type, shape: signature.input) else {
            throw InferenceError(.failed, "no memory for a model's input", cause: library.lastWords())
        }
        self.input = input
        // Before the runtime makes room for them.
        outputs = try Self.outputs(library, model, signature.outputs)
        let compiled = try Self.compile(core, model, threads: threads)
        do throws(InferenceError) {
            request = try Self.request(library, compiled)
        } catch {
            library.api.pointee.ov_compiled_model_free(compiled)
            throw error
        }
        self.compiled = compiled
        // All stored: from here on `deinit` clears up.
        let status = library.api.pointee.ov_infer_request_set_input_tensor_by_index(request, 0, input.pointer)
        guard status == 0 else { throw InferenceError(.failed, "a model does not take its input", cause: library.lastWords()) }
    }

    deinit {
        core.library.api.pointee.ov_infer_request_free(request)
        core.library.api.pointee.ov_compiled_model_free(compiled)
    }

    /// - Throws: `InferenceError` with code `wrongInput`, `otherShape` or `failed`.
    func run(_ values: [Float]) throws(InferenceError) -> InferenceResult {
        guard values.count == inputCount else {
            throw InferenceError(.wrongInput, "a model that takes \(inputCount) numbers was given \(values.count)")
        }
        try fill(values)
        guard library.api.pointee.ov_infer_request_infer(request) == 0 else {
            throw InferenceError(.failed, "a model could not be run", cause: library.lastWords())
        }
        var result = InferenceResult(outputs: [])
        for (index, port) in outputs.enumerated() {
            let tensor = try read(index, port)
            result.notFinite += tensor.values.reduce(into: 0) { $0 += $1.isFinite ? 0 : 1 }
            result.outputs.append(tensor)
        }
        return result
    }

    private func fill(_ values: [Float]) throws(InferenceError) {
        guard let memory = input.bytes, memory.count == values.count * (inputIsFloat ? 4 : 1) else {
            throw InferenceError(.failed, "a model's input has no memory", cause: library.lastWords())
        }
        if inputIsFloat {
            values.withUnsafeBytes { memory.copyMemory(from: $0) }
        } else {
            // What is no number becomes 0, as what lies below does: it is not above 0 either.
            for (index, value) in values.enumerated() { memory[index] = value > 0 ? UInt8(min(value.rounded(), 255)) : 0 }
        }
    }

    private func read(_ index: Int, _ port: OpenVINOPort) throws(InferenceError) -> Tensor {
        var pointer: OpaquePointer?
        guard library.api.pointee.ov_infer_request_get_output_tensor_by_index(request, index, &pointer) == 0, let pointer else {
            throw InferenceError(.failed, "a model gives no output \(index)", cause: library.lastWords())
        }
        let tensor = OpenVINOTensor(library, owning: pointer)
        let width = port.type == library.float32 ? 4 : 1
        // A shape that the model left open is known now.
        guard let shape = tensor.shape, let count = ModelSignature.count(shape), count <= Self.outputLimit, let memory = tensor.bytes,
            memory.count == count * width
        else { throw InferenceError(.otherShape, "a model's output \(index) is empty or too large") }
        let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            if width == 4 {
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(memory))
            } else {
                for index in 0..<count { buffer.initializeElement(at: index, to: Float(memory[index])) }
            }
            filled = count
        }
        return Tensor(name: port.name, shape: shape, values: values)
    }
}
