import Media
import MediaTypes
import Protocol
import Sight
import Testing
import Vision

@testable import EdgeNode

@Suite("Somebody of whom only a face shows")
struct FaceAloneTests {
    private static let whole = [PixelRectangle(x: 0, y: 0, width: 320, height: 180)]
    /// What moves before a door's camera.
    private static func place(_ step: Int) -> Box { Box(x: 0.2 + 0.01 * Double(step), y: 0.2, width: 0.4, height: 0.5) }

    private func settings(faces: Bool = true) -> SightSettings { SightSettings(MotionSettings(), pictures: true, faces: faces) }

    /// What comes of three seconds in which something moves that the detector has no word for.
    private func changes(score: Float, faces: Bool = true, isDamaged: Bool = false) async throws -> [ObjectChange] {
        var sight = CameraSight(settings: settings(faces: faces))
        let reader = FaceReader(
            detector: FixedModel.face(score: score), input: PictureInput(width: 64, height: 64, order: .bgr),
            embedder: FixedModel.embedding,
            aligner: FaceAligner(PictureInput(width: 128, height: 128, order: .bgr)), model: "fixed")
        let perception = Perception(
            detector: ObjectDetector(PatchModel(sees: false), input: PatchModel.input, decoder: PatchModel.decoder), faces: reader)
        var changes: [ObjectChange] = []
        for step in 0..<15 {
            var look = try TestLooks.look(at: Double(step) * 0.2, motion: [Self.place(step)], episode: 1)
            look.isDamaged = isDamaged
            changes += try await perception.look(at: look, with: &sight)?.outcome.changes ?? []
        }
        return changes + sight.finish().changes
    }

    @Test("They are an event of type face, of the motion that began it")
    func event() async throws {
        let changes = try await changes(score: 0.95)
        #expect(changes.first?.phase == .started && changes.last?.phase == .ended)
        #expect(changes.allSatisfy { $0.type == "face" && $0.kind == .person && $0.event == TestLooks.event(1) && $0.explainsMotion })
    }

    @Test(
        "A face that is doubtful, of a picture that was guessed, or where nobody wants faces, is none",
        arguments: [(0.85, true, false), (0.95, false, false), (0.95, true, true)] as [(Float, Bool, Bool)])
    func none(score: Float, faces: Bool, isDamaged: Bool) async throws {
        #expect(try await changes(score: score, faces: faces, isDamaged: isDamaged).isEmpty)
    }

    @Test("Whoever is seen whole then is the same event, of a person")
    func becomesPerson() throws {
        var sight = CameraSight(settings: settings())
        sight.readsFaces = true
        var changes: [ObjectChange] = []
        var shots: [SnapshotShot<HeldPicture>] = []
        for step in 0..<40 {
            let (head, time) = (Self.place(step), Double(step) * 0.2)
            let look = try TestLooks.look(at: time, motion: [head])
            _ = sight.plan(for: look)
            let body = Box(x: head.x - 0.1, y: head.y - 0.05, width: head.width + 0.2, height: 0.85)
            let person = Detection(label: "person", score: 0.8, box: body)
            #expect((sight.headLook(at: step < 10 ? [] : [person], in: look) == nil) == (step >= 10), "\(step)")
            let seen = step < 10 ? Detection(label: "face", score: 0.95, box: head, kind: .person) : person
            let outcome = sight.take([seen], parts: Self.whole, in: look)
            changes += outcome.changes
            shots += outcome.shots
        }
        // The first picture is of the time when there was no more of them.
        #expect(shots.first?.boxes.map(\.kind) == [.face])
        changes += sight.finish().changes
        #expect(Set(changes.map(\.event)).count == 1 && changes.first?.type == "face" && changes.last?.type == "person")
    }

    @Test("A face is looked for where nothing explains what moves: not on a dog, and not beside somebody")
    func explained() throws {
        var sight = CameraSight(settings: settings())
        sight.readsFaces = true
        let look = try TestLooks.look(at: 0, motion: [Self.place(0)])
        #expect(sight.headLook(at: [], in: look) != nil)
        #expect(sight.headLook(at: [Detection(label: "dog", score: 0.8, box: Self.place(0))], in: look) == nil)
        #expect(sight.headLook(at: [Detection(label: "person", score: 0.2, box: Self.place(0))], in: look) != nil)
        #expect(sight.headLook(at: [], in: try TestLooks.look(at: 0)) == nil)
    }

    @Test("People are told with a picture of them: doubtful ones, and those who were seen before; of motion alone nothing is told")
    func people() throws {
        var sight = CameraSight(settings: settings())
        var shots: [SnapshotShot<HeldPicture>] = []
        let doubtful = Box(x: 0.7, y: 0.1, width: 0.1, height: 0.3)
        for step in 0..<15 {
            let look = try TestLooks.look(at: Double(step) * 0.2, motion: [Self.place(step)])
            _ = sight.plan(for: look)
            let seen = [
                Detection(label: "person", score: 0.8, box: Self.place(step)), Detection(label: "person", score: 0.3, box: doubtful),
            ]
            shots += sight.take(seen + [Detection(label: "chair", score: 0.9, box: doubtful)], parts: Self.whole, in: look).shots
        }
        let people = try #require(shots.first?.people)
        #expect(people.contains(doubtful) && people.contains { $0.overlap(Self.place(10)) > 0.5 })
        var picker = SnapshotPicker<Int>()
        picker.begin(TestLooks.event(1), at: MediaTime(seconds: 0))
        picker.offer(1, worth: 1, isDamaged: false)
        #expect(picker.end().map { $0.people == nil } == true)
    }
}
