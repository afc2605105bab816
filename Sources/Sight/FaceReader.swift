package import Media
package import Vision

/// Finds the face of a person, and makes of it what they can be known by.
package struct FaceReader: Sendable {
    /// Of a person's box, from its top: where a face is, whatever they do.
    private static let upperPart = 0.6
    /// Where a face lies in a person's box as a rule, from its top.
    private static let faceHeight = 0.15
    /// By which that part is grown on each side, since boxes cut hair and chins off.
    private static let margin = 0.1

    /// Score that a face needs to know somebody by: at the publication's .6 there are faces in ferns.
    private static let sureScore = 0.8

    /// Score that a face needs where there is no person around it. People's faces of some size have .9 to .95 on the scenes of the test data, but 20 of
    /// its 466 pictures of dogs and cats have one of .9 to .93, too: it must also be asked what the detector says is there.
    private static let aloneScore = 0.9
    /// Pixels that such a face is wide at least: a smaller one has a body below it.
    private static let least = 48

    private let detector: any ModelRunner
    private let preprocessor: PicturePreprocessor
    private let decoder: FaceDecoder
    private let embedder: any ModelRunner
    private let aligner: FaceAligner
    /// Of the catalogue: which numbers can be compared.
    private let model: String
    package var gate = FaceQuality.Gate()

    /// - Parameters:
    ///   - detector: Of YuNet's kind.
    ///   - embedder: With the input of the aligner.
    ///   - model: The embedder's name.
    package init(
        detector: any ModelRunner, input: PictureInput, embedder: any ModelRunner, aligner: FaceAligner, model: String
    ) {
        self.detector = detector
        preprocessor = PicturePreprocessor(input)
        var settings = FaceDecoder.Settings()
        settings.minimumScore = Self.sureScore
        decoder = FaceDecoder(width: input.width, height: input.height, settings: settings)
        self.embedder = embedder
        self.aligner = aligner
        self.model = model
    }

    /// Reads the face of one person: a face needs a person around it, as the detector sees some on dogs, too.
    /// - Parameters:
    ///   - person: Their box, in fractions of the picture.
    ///   - others: Those of other people: a face that is more likely theirs is not this person's.
    /// - Returns: Nil where there is none, or it is too small, too blurred, or turned away.
    /// - Throws: Where the picture cannot be read, or a model fails.
    package func read(_ person: Box, others: [Box] = [], in picture: HeldPicture, cost: inout LookCost) async throws -> FaceReading? {
        guard let part = Self.part(person, width: picture.width, height: picture.height) else { return nil }
        let faces = try await faces(in: part, of: picture, cost: &cost)
        guard let face = Self.face(of: person, among: faces, others: others) else { return nil }
        let found = ContinuousClock.now
        let aligned = try picture.withPlanes { layout, luma, cb, cr in
            try aligner.align(face, luma: luma, cb: cb, cr: cr, layout)
        }
        guard let values = aligned ?? nil,
            let quality = FaceQuality(
                face, pictureWidth: picture.width, pictureHeight: picture.height, aligned: values, side: aligner.input.width),
            quality.passes(gate)
        else { return nil }
        let turned = ContinuousClock.now
        let output = try await embedder.run(values).outputs.first
        cost.add(part: found, turned, ContinuousClock.now)
        guard let embedding = output.flatMap({ Embedding($0.values, model: model) }) else { return nil }
        return FaceReading(face: face, embedding: embedding, worth: face.score * quality.eyeDistance * (1 - quality.turn))
    }

    /// The faces in a part of a picture, with scores above `sureScore`.
    private func faces(in part: PixelRectangle, of picture: HeldPicture, cost: inout LookCost) async throws -> [DetectedFace] {
        let begun = ContinuousClock.now
        let input = try preprocessor.prepare(picture, part: part)
        let prepared = ContinuousClock.now
        let result = try await detector.run(input.values)
        cost.add(part: begun, prepared, ContinuousClock.now)
        return try decoder.decode(result.outputs, input.placement)
    }

    /// Looks for somebody of whom only a face shows, as before a door's camera: detectors of whole people have no word for that.
    /// - Parameter place: Where it is looked for, in fractions of the picture.
    /// - Returns: Head and shoulders of the surest face; nil where there is none that is sure and large enough.
    /// - Throws: Where the picture cannot be read, or the model fails.
    package func head(in place: Box, of picture: HeldPicture, cost: inout LookCost) async throws -> Detection? {
        guard let part = PixelRectangle(place, width: picture.width, height: picture.height), min(part.width, part.height) >= Self.least
        else { return nil }
        let faces = try await faces(in: part, of: picture, cost: &cost).filter { face in
            face.score >= Self.aloneScore && face.box.width * Double(picture.width) >= Double(Self.least)
        }
        guard let face = faces.max(by: { $0.score < $1.score }) else { return nil }
        let box = face.box
        return Detection(
            label: ObjectFamily.faceAlone, score: face.score,
            box: Box(x: box.x - box.width / 2, y: box.y - 0.3 * box.height, width: 2 * box.width, height: 2 * box.height), kind: .person)
    }

    /// Reads all faces of a picture, whether there are people around them or not.
    /// - Parameter minimumScore: Scores must be above it.
    /// - Returns: The surest first.
    /// - Throws: Where the picture cannot be read, or a model fails.
    package func faces(in picture: SinglePicture, minimumScore: Double) async throws -> (faces: [PictureFace], cost: LookCost) {
        var cost = LookCost()
        let begun = ContinuousClock.now
        let input = try picture.prepare(for: preprocessor)
        let prepared = ContinuousClock.now
        let result = try await detector.run(input.values)
        let ran = ContinuousClock.now
        cost.add(part: begun, prepared, ran)
        var decoder = decoder
        decoder.settings.minimumScore = minimumScore
        let found = try decoder.decode(result.outputs, input.placement)
        cost.decoding += (ContinuousClock.now - ran) / .seconds(1)
        var faces: [PictureFace] = []
        for face in found {
            let begun = ContinuousClock.now
            guard let values = try picture.align(face, by: aligner) else {
                faces.append(PictureFace(face: face, embedding: nil, isGood: false))
                continue
            }
            let quality = FaceQuality(
                face, pictureWidth: picture.width, pictureHeight: picture.height, aligned: values, side: aligner.input.width)
            let turned = ContinuousClock.now
            let output = try await embedder.run(values).outputs.first
            cost.add(part: begun, turned, ContinuousClock.now)
            let embedding = output.flatMap { Embedding($0.values, model: model) }
            let isGood = embedding != nil && face.score > Self.sureScore && quality?.passes(gate) == true
            faces.append(PictureFace(face: face, embedding: embedding, isGood: isGood))
        }
        return (faces, cost)
    }

    /// Faces lie in the upper middle of a person's box: the nearest to it, unless it is nearer to that of another.
    package static func face(of person: Box, among faces: [DetectedFace], others: [Box]) -> DetectedFace? {
        func distance(_ face: DetectedFace, _ box: Box) -> Double {
            let (across, down) = ((face.box.centreX - box.centreX) / box.width, (face.box.centreY - box.y) / box.height - faceHeight)
            return across * across + down * down
        }
        return faces.filter { face in
            person.touches(Box(x: face.box.centreX, y: face.box.centreY, width: 0, height: 0))
                && others.allSatisfy { distance(face, person) <= distance(face, $0) }
        }.min { distance($0, person) < distance($1, person) }
    }

    private static func part(_ person: Box, width: Int, height: Int) -> PixelRectangle? {
        let upper = Box(x: person.x, y: person.y, width: person.width, height: upperPart * person.height)
        guard let part = PixelRectangle(upper.grown(by: margin), width: width, height: height) else { return nil }
        return part.width >= 32 && part.height >= 32 ? part : nil
    }
}
