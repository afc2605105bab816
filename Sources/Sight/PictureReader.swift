package import Media
import Vision

/// Finds people's faces or animals in a picture that was given, and what each can be known by: the same numbers as a node makes of a camera's.
package struct PictureReader: Sendable {
    /// Scores that count. YuNet's publication counts faces from .6 (Wu, Peng and Yu 2023); animals of a picture that shows one score far above.
    private static let faceScore = 0.6
    private static let animalScore = 0.4
    /// Overlap from which two are one: what is a dog is often a sheep, too.
    private static let same = 0.6
    /// What of a cut-out is the animal: some room was left around it.
    private static let middle: Box = {
        let whole = 1 + 2 * CropMargin.animal
        return Box(x: CropMargin.animal / whole, y: CropMargin.animal / whole, width: 1 / whole, height: 1 / whole)
    }()
    /// That much of a picture must be animal, says the second look, where the detector has no word for it: as on the nodes.
    private static let unnamed = 0.8

    private let faceReader: FaceReader
    private let detector: ObjectDetector
    private let animalReader: AnimalReader

    /// Loads what it needs: a second.
    /// - Throws: `ModelsError` where a model is not there or not the catalogue's, `InferenceError` where it cannot be run.
    package init(_ models: SightModels) async throws {
        var settings = DetectionDecoder.Settings()
        settings.minimumScore = Self.animalScore
        detector = try await models.objectDetector(settings)
        animalReader = try await models.animalReader()
        faceReader = try await models.faceReader()
    }

    /// - Returns: The largest first.
    /// - Throws: Where a model fails or the picture cannot be read.
    package func faces(in picture: HeldPicture) async throws -> [PictureSubject] {
        let faces = try await faceReader.faces(in: .decoded(picture), minimumScore: Self.faceScore).faces
        // What lies in the room beside the picture is none.
        let subjects = faces.filter { $0.face.box.clipped != nil }.map { face in
            PictureSubject(
                box: face.face.box, score: face.face.score, label: "person", embedding: face.isGood ? face.embedding : nil)
        }
        return Self.largestFirst(subjects)
    }

    /// - Parameter isCutOut: Whether the picture was cut out around an animal: then it is what fills the picture, unless the detector knows better.
    /// - Returns: The largest first.
    /// - Throws: As `faces`.
    package func animals(in picture: HeldPicture, isCutOut: Bool = false) async throws -> [PictureSubject] {
        let all = try await detector.detect(in: .decoded(picture)).detections
        var found: [Detection] = []
        for animal in all where animal.kind?.family == .animal && animal.box.clipped != nil {
            if !found.contains(where: { $0.box.overlap(animal.box) > Self.same }) { found.append(animal) }
        }
        var cost = LookCost()
        if found.isEmpty {
            if isCutOut {
                found = [Detection(label: ObjectFamily.anyAnimal, score: 1, box: Self.middle)]
            } else if let unnamed = try await unnamed(in: picture, &cost) {
                found = [unnamed]
            }
        }
        var subjects: [PictureSubject] = []
        for animal in found {
            let embedding = try await animalReader.embedding(in: picture, box: animal.box, cost: &cost)
            subjects.append(
                PictureSubject(box: animal.box.clipped ?? animal.box, score: animal.score, label: animal.label, embedding: embedding))
        }
        return Self.largestFirst(subjects)
    }

    /// An animal that fills the picture, and that the detector does not know: a rabbit, a tortoise.
    private func unnamed(in picture: HeldPicture, _ cost: inout LookCost) async throws -> Detection? {
        let whole = Box(x: 0, y: 0, width: 1, height: 1)
        guard let scores = try await animalReader.scores(in: picture, box: whole, cost: &cost) else { return nil }
        let judge = AnimalJudge()
        let presence = judge.presence(of: scores)
        guard presence >= Self.unnamed else { return nil }
        return Detection(label: judge.judge(scores)?.name ?? ObjectFamily.anyAnimal, score: presence, box: whole)
    }

    private static func largestFirst(_ subjects: [PictureSubject]) -> [PictureSubject] {
        subjects.sorted { ($0.box.area, $0.score) > ($1.box.area, $1.score) }
    }
}
