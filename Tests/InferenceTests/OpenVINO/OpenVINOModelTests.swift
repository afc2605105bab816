import Inference
import TestSupport
import Testing
import Vision

/// Models that the tests make for themselves, run by the real runtime.
@Suite struct OpenVINOModelTests {
    private func engine(_ configuration: OpenVINOEngine.Configuration = .init()) throws -> OpenVINOEngine {
        OpenVINOEngine(try OpenVINOLibrary.find(named: nil), configuration)
    }

    private func bytes(_ model: ONNXModel) -> ModelBytes { ModelBytes(network: model.bytes) }

    private static let doubled = ONNXModel(inputs: [.init("in", [1, 4])], outputs: [.init("out", [1, 4])])
        .constant("two", .floats([2], shape: [1])).node("Mul", ["in", "two"], ["out"])

    private func expectError(
        _ code: InferenceError.Code, _ model: ModelBytes, _ signature: ModelSignature, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let engine = try engine()
        let error = await #expect(throws: InferenceError.self, sourceLocation: sourceLocation) { try await engine.load(model, signature) }
        #expect(error?.code == code, "\(error.map(String.init(describing:)) ?? "")", sourceLocation: sourceLocation)
        // Whatever was tried, the engine still works.
        let model = try await engine.load(bytes(Self.doubled), .init(input: [1, 4], outputs: [[1, 4]]))
        #expect(try await model.run([1, 2, 3, 4]).outputs.first?.values == [2, 4, 6, 8], sourceLocation: sourceLocation)
    }

    @Test("A model computes, and gives names and shapes", arguments: [1, 2])
    func computes(threads: Int) async throws {
        var configuration = OpenVINOEngine.Configuration()
        configuration.threads = threads
        let model = try await engine(configuration).load(bytes(Self.doubled), .init(input: [1, 4], outputs: [[1, 4]]))
        for _ in 0..<3 {
            let result = try await model.run([1, -2, 0.5, 1e6])
            #expect(result == InferenceResult(outputs: [Tensor(name: "out", shape: [1, 4], values: [2, -4, 1, 2e6])]))
        }
    }

    @Test("A convolution sums what it should, in full precision, and outputs keep the model's order")
    func convolution() async throws {
        // Weighs red, green and blue of a pixel; a number that bfloat16 would round.
        let model = ONNXModel(
            inputs: [.init("image", [1, 3, 2, 2])], outputs: [.init("z", [1, 1, 2, 2]), .init("a", [1, 1, 2, 2])]
        )
        .constant("weights", .floats([0.1001, 10.001, 1000.1], shape: [1, 3, 1, 1]))
        .node("Conv", ["image", "weights"], ["z"], [("kernel_shape", .integers([1, 1]))]).node("Neg", ["z"], ["a"])
        let loaded = try await engine().load(bytes(model), .init(input: [1, 3, 2, 2], outputs: [[1, 1, 2, 2], [1, 1, 2, 2]]))
        let result = try await loaded.run([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        let expected = [9051.0051, 10061.2062, 11071.4073, 12081.6084] as [Float]
        #expect(result.outputs.map(\.name) == ["z", "a"])
        for (value, expected) in zip(result.outputs[0].values, expected) { #expect(abs(value - expected) < 0.01, "\(value)") }
        #expect(result.outputs[1].values == result.outputs[0].values.map { -$0 })
    }

    @Test("Dimensions that a model leaves open are those expected")
    func open() async throws {
        let model = ONNXModel(inputs: [.init("in", [0, 3])], outputs: [.init("out", [0, 3])]).node("Relu", ["in"], ["out"])
        let loaded = try await engine().load(bytes(model), .init(input: [2, 3], outputs: [[2, 3]]))
        #expect(try await loaded.run([-1, 1, 2, -3, 4, 5]).outputs == [Tensor(name: "out", shape: [2, 3], values: [0, 1, 2, 0, 4, 5])])
        try await expectError(.otherShape, bytes(model), .init(input: [2, 4]))
        try await expectError(.otherShape, bytes(model), .init(input: [2, 3], outputs: [[3, 2]]))
    }

    @Test("Bytes go in and come out as numbers")
    func ofBytes() async throws {
        let model = ONNXModel(inputs: [.init("in", [1, 5], type: 2)], outputs: [.init("out", [1, 5], type: 2)])
            .node("Identity", ["in"], ["out"])
        let loaded = try await engine().load(bytes(model), .init(input: [1, 5], outputs: [[1, 5]]))
        #expect(try await loaded.run([0, 254.6, -7, 1e9, .nan]).outputs.first?.values == [0, 255, 0, 255, 0])
    }

    @Test("Numbers that are none are counted and left in place")
    func notFinite() async throws {
        let model = ONNXModel(inputs: [.init("in", [1, 4])], outputs: [.init("out", [1, 4])]).node("Log", ["in"], ["out"])
        let loaded = try await engine().load(bytes(model), .init(input: [1, 4]))
        let result = try await loaded.run([1, -1, 0, -5])
        #expect(result.notFinite == 3)
        #expect(result.outputs.first?.values.map(\.isFinite) == [true, false, false, false])
        #expect(try await loaded.run([1, 1, 1, 1]).notFinite == 0)
    }

    @Test("Too few and too many numbers are refused, and the model goes on", arguments: [0, 3, 5, 100_000])
    func length(count: Int) async throws {
        let model = try await engine().load(bytes(Self.doubled), .init(input: [1, 4]))
        let error = await #expect(throws: InferenceError.self) { try await model.run([Float](repeating: 1, count: count)) }
        #expect(error?.code == .wrongInput)
        #expect(try await model.run([1, 2, 3, 4]).outputs.first?.values == [2, 4, 6, 8])
    }

    @Test("Models with other inputs and outputs than expected are refused")
    func otherShapes() async throws {
        try await expectError(.otherShape, bytes(Self.doubled), .init(input: [1, 5]))
        try await expectError(.otherShape, bytes(Self.doubled), .init(input: [4]))
        try await expectError(.otherShape, bytes(Self.doubled), .init(input: []))
        try await expectError(.otherShape, bytes(Self.doubled), .init(input: [1, 0]))
        try await expectError(.otherShape, bytes(Self.doubled), .init(input: [.max, 2]))
        try await expectError(.otherShape, bytes(Self.doubled), .init(input: [1, 4], outputs: [[4]]))
        try await expectError(.otherShape, bytes(Self.doubled), .init(input: [1, 4], outputs: [[1, 4], [1, 4]]))
        let two = ONNXModel(inputs: [.init("a", [1, 4]), .init("b", [1, 4])], outputs: [.init("out", [1, 4])])
            .node("Add", ["a", "b"], ["out"])
        try await expectError(.otherShape, bytes(two), .init(input: [1, 4]))
        let integers = ONNXModel(inputs: [.init("in", [1, 4], type: 7)], outputs: [.init("out", [1, 4], type: 7)])
            .node("Identity", ["in"], ["out"])
        try await expectError(.otherShape, bytes(integers), .init(input: [1, 4]))
    }

    @Test("An output that would not fit into memory is refused before it is made")
    func largeOutput() async throws {
        let side = 1 << 20
        let model = ONNXModel(inputs: [.init("in", [1, 1])], outputs: [.init("out", [side, side])])
            .constant("shape", .integers([side, side])).node("Expand", ["in", "shape"], ["out"])
        try await expectError(.otherShape, bytes(model), .init(input: [1, 1]))
    }

    @Test("Damaged and truncated models are refused")
    func damaged() async throws {
        let whole = Self.doubled.bytes
        try await expectError(.invalidModel, ModelBytes(network: []), .init(input: [1, 4]))
        try await expectError(.invalidModel, ModelBytes(network: Array("no model at all".utf8)), .init(input: [1, 4]))
        try await expectError(
            .invalidModel, ModelBytes(network: Array("<?xml version=\"1.0\"?><net name=\"a\" version=\"11\">".utf8)), .init(input: [1, 4]))
        try await expectError(.invalidModel, ModelBytes(network: Array(whole[..<(whole.count / 2)])), .init(input: [1, 4]))
        try await expectError(
            .invalidModel, ModelBytes(network: [28, 0, 0, 0] + Array("TFL3 and nothing else".utf8)), .init(input: [1, 4]))
        let unknown = ONNXModel(inputs: [.init("in", [1, 4])], outputs: [.init("out", [1, 4])]).node("NoSuchThing", ["in"], ["out"])
        try await expectError(.invalidModel, bytes(unknown), .init(input: [1, 4]))
    }

    @Test("A model cut off anywhere, or with any of its bytes changed, ends nothing")
    func mutations() async throws {
        let engine = try engine()
        let whole = Self.doubled.bytes
        var generator = SeededGenerator(seed: 6)
        var refused = 0
        for round in 0..<150 {
            var changed = whole
            if round < 50 {
                changed = Array(whole[..<(whole.count * round / 50)])
            } else {
                for _ in 0..<3 {
                    changed[Int.random(in: 0..<whole.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            do {
                let model = try await engine.load(ModelBytes(network: changed), .init(input: [1, 4], outputs: [[1, 4]]))
                _ = try await model.run([1, 2, 3, 4])
            } catch { refused += 1 }
        }
        #expect(refused > 50)
    }

    @Test("Calls beyond the bound are refused, and those before it are answered")
    func bound() async throws {
        var configuration = OpenVINOEngine.Configuration()
        configuration.waiting = 3
        let size = 96
        // Enough work that the calls meet.
        let model = ONNXModel(inputs: [.init("in", [1, 16, size, size])], outputs: [.init("out", [1, 16, size, size])])
            .constant("weights", .floats([Float](repeating: 0.01, count: 16 * 16 * 49), shape: [16, 16, 7, 7]))
            .node("Conv", ["in", "weights"], ["out"], [("kernel_shape", .integers([7, 7])), ("pads", .integers([3, 3, 3, 3]))])
        let loaded = try await engine(configuration).load(bytes(model), .init(input: [1, 16, size, size]))
        let input = [Float](repeating: 1, count: 16 * size * size)
        let codes = await withTaskGroup(of: InferenceError.Code?.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    do throws(InferenceError) { _ = try await loaded.run(input) } catch { return error.code }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } >= 3)
        #expect(codes.contains(.busy))
        #expect(codes.allSatisfy { $0 == nil || $0 == .busy })
        #expect(try await loaded.run(input).outputs.first?.shape == [1, 16, size, size])
    }

    @Test("A file is read whole, and one that is missing or too large is named")
    func files() throws {
        let folder = try TemporaryDirectory("model")
        let missing = #expect(throws: InferenceError.self) { try ModelBytes(network: folder.path("none.onnx")) }
        #expect(missing?.code == .unreadableFile && missing?.description.contains("none.onnx") == true)
        let endless = #expect(throws: InferenceError.self) { try ModelBytes(network: "/dev/zero") }
        #expect(endless?.code == .unreadableFile)
    }
}
