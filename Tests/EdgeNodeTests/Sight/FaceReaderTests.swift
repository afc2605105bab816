import Sight
import Testing
import Vision

@testable import EdgeNode

@Suite("Faces of people")
struct FaceReaderTests {
    /// In the middle of whose upper part the model sees a face.
    private static let person = Box(x: 0.2, y: 0.1, width: 0.5, height: 0.8)

    private func reader(score: Float = 0.95, _ change: (inout FaceQuality.Gate) -> Void = { _ in }) -> FaceReader {
        var reader = FaceReader(
            detector: FixedModel.face(score: score), input: PictureInput(width: 64, height: 64, order: .bgr),
            embedder: FixedModel.embedding, aligner: FaceAligner(PictureInput(width: 128, height: 128, order: .bgr)), model: "fixed")
        // The picture has no face in it that could be sharp.
        reader.gate.sharpness = 0
        change(&reader.gate)
        return reader
    }

    private func read(_ reader: FaceReader, _ person: Box = person, others: [Box] = []) async throws -> FaceReading? {
        var cost = LookCost()
        return try await reader.read(person, others: others, in: try TestLooks.look(at: 0).picture, cost: &cost)
    }

    @Test("Somebody's face is read where it is good enough to know them by")
    func good() async throws {
        let reading = try #require(try await read(reader()))
        #expect(reading.embedding == Embedding([3, 0, 4, 0], model: "fixed"))
        #expect(reading.worth > 0)
        #expect(abs(reading.face.box.centreX - Self.person.centreX) < 0.05)
        #expect(try await read(reader(score: 0.7)) == nil, "too doubtful")
        #expect(try await read(reader { $0.eyeDistance = 1000 }) == nil, "too small")
        #expect(try await read(reader { $0.sharpness = 1e9 }) == nil, "too blurred")
        #expect(try await read(reader { $0.turn = -1 }) == nil, "turned away")
        #expect(try await read(reader(), Box(x: 0.5, y: 0.5, width: 0.05, height: 0.1)) == nil, "too far")
        #expect(try await read(reader(), Box(x: 2, y: 2, width: 0.5, height: 0.5)) == nil, "out of the picture")
    }

    @Test("A face that is more likely another's, who stands before somebody, is not theirs")
    func others() async throws {
        let place = try #require(try await read(reader())).face.box
        let nearer = Box(x: place.centreX - 0.1, y: place.centreY - 0.06, width: 0.2, height: 0.4)
        #expect(try await read(reader(), others: [nearer]) == nil)
        #expect(try await read(reader(), others: [Box(x: 0.75, y: 0.1, width: 0.2, height: 0.8)]) != nil)
    }

    @Test("Faces on what is nobody, and of those beside somebody, are not taken for theirs")
    func around() {
        func face(_ x: Double, _ y: Double) -> DetectedFace {
            DetectedFace(score: 0.9, box: Box(x: x - 0.02, y: y - 0.02, width: 0.04, height: 0.04), landmarks: [])
        }
        let (left, right) = (Box(x: 0.1, y: 0.2, width: 0.2, height: 0.6), Box(x: 0.35, y: 0.2, width: 0.2, height: 0.6))
        let (first, second, dog) = (face(0.2, 0.29), face(0.45, 0.29), face(0.9, 0.8))
        #expect(FaceReader.face(of: left, among: [dog, second, first], others: [right]) == first)
        #expect(FaceReader.face(of: right, among: [dog, second, first], others: [left]) == second)
        #expect(FaceReader.face(of: left, among: [dog], others: []) == nil)
        #expect(FaceReader.face(of: left, among: [second], others: []) == nil)
        // Of two within their box the one where a face lies as a rule.
        #expect(FaceReader.face(of: left, among: [face(0.2, 0.75), first], others: []) == first)
    }
}
