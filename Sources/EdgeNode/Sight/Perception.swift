import Media
package import Sight
package import Vision

/// All the models that a node sees with, and the way of one look through them: the detector over the parts where something may be, a second look at
/// what moves there and the detector has no word for, and close looks at those who are followed.
package struct Perception: Sendable {
    package var detector: ObjectDetector
    /// Nil where its model is not there: no animal can be known again.
    package var animals: AnimalReader?
    /// Takes second looks. Nil where its model is not there: animals that the detector does not know stay motion.
    package var scorer: (any AnimalScorer)?
    /// What the scorer's classes are, and which animals second looks may name.
    package var animalJudge = AnimalJudge()
    /// Nil where its models are not there: nobody can be known by their face.
    package var faces: FaceReader?
    /// What a node does without although its files are there, for people.
    package var shortcomings: [String] = []

    package init(detector: ObjectDetector, animals: AnimalReader? = nil, faces: FaceReader? = nil) {
        self.detector = detector
        self.animals = animals
        scorer = animals
        self.faces = faces
    }

    /// Looks at a picture where `sight` wants it looked at, and has it take in what was found.
    /// - Parameter isPressed: Whether others wait for the models, asked when close looks are due: these can wait better than whether something is there.
    /// - Returns: Nil where there is nothing to look at.
    /// - Throws: Where the picture cannot be read or a model fails; `outcome` says what came of the look all the same: of one that showed nothing, where
    ///   it was the detector.
    package func look(
        at look: SceneLook, with sight: inout CameraSight, isPressed: @Sendable () -> Bool = { false }
    ) async throws(LookFailure) -> (outcome: SightOutcome, cost: LookCost)? {
        sight.readsFaces = faces != nil
        sight.readsAnimals = animals != nil || scorer != nil
        sight.animalJudge = animalJudge
        let (places, parts) = sight.plan(for: look)
        guard !parts.isEmpty else { return nil }
        var detections: [Detection]
        var cost: LookCost
        do { (detections, cost) = try await detector.detect(in: look.picture, parts: parts, places: places) } catch {
            // What was followed ends where no look shows it again.
            throw LookFailure(error: error, outcome: finished(sight.take([], parts: parts, in: look), with: &sight, look))
        }
        detections = sight.judge(detections, in: look)
        // What the detector saw counts, whatever becomes of the looks behind it.
        var failure: (any Error)?
        do { try await lookAgain(at: look, with: sight, &detections, &cost) } catch { failure = error }
        // After the animals, as there are faces on dogs, too.
        do { try await lookForHead(at: look, with: sight, &detections, &cost) } catch { failure = error }
        let outcome = sight.take(detections, parts: parts, in: look)
        do { try await lookClosely(at: look, with: &sight, isPressed: isPressed(), &cost) } catch { failure = error }
        let all = finished(outcome, with: &sight, look)
        if let failure { throw LookFailure(error: failure, outcome: all) }
        return (all, cost)
    }

    private func finished(_ outcome: SightOutcome, with sight: inout CameraSight, _ look: SceneLook) -> SightOutcome {
        var outcome = outcome
        outcome.portraits = sight.portraits(&outcome.changes, in: look)
        return outcome
    }

    private func lookAgain(
        at look: SceneLook, with sight: CameraSight, _ detections: inout [Detection], _ cost: inout LookCost
    ) async throws {
        guard let scorer else { return }
        for place in sight.secondLooks(at: detections, in: look) {
            let scores = try await scorer.scores(in: look.picture, box: place, cost: &cost)
            guard let found = scores.flatMap({ sight.animal(in: place, $0, look: look) }) else { continue }
            detections.removeAll { $0.box == place && $0.score < found.score }
            detections.append(found)
        }
    }

    private func lookForHead(
        at look: SceneLook, with sight: CameraSight, _ detections: inout [Detection], _ cost: inout LookCost
    ) async throws {
        guard let faces, let place = sight.headLook(at: detections, in: look),
            let head = try await faces.head(in: place, of: look.picture, cost: &cost)
        else { return }
        detections += sight.judge([head], in: look)
    }

    private func lookClosely(
        at look: SceneLook, with sight: inout CameraSight, isPressed: Bool, _ cost: inout LookCost
    ) async throws {
        var failure: (any Error)?
        for close in sight.closeLooks(at: look, isPressed: isPressed) {
            if close.isPerson, let reading = try await faces?.read(close.box, others: close.others, in: look.picture, cost: &cost) {
                sight.take(reading, of: close, in: look)
            } else if !close.isPerson {
                var scores: [Float]?
                // An animal can be known again whether or not its kind can be told.
                do { scores = try await scorer?.scores(in: look.picture, box: close.box, cost: &cost) } catch { failure = error }
                let embedding = try await animals?.embedding(in: look.picture, box: close.box, cost: &cost)
                sight.take(scores, embedding, of: close, in: look)
            }
        }
        if let failure { throw failure }
    }
}
