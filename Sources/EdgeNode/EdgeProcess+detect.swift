private import Foundation
import Sight

extension EdgeProcess {
    /// What `detect` looks at, and for what.
    package struct Look: Sendable {
        package var pictures: [String]
        /// The configuration whose detector looks, and whose data folder has the models; nil for `edge.toml`, which is not read where `models` names
        /// their folder.
        package var configuration: String?
        package var models: String?
        package var json: Bool
        package var minimumScore: Double
        package var faces: Bool
        /// Each picture is taken as one animal, too.
        package var animals: Bool
        package var embeddings: Bool

        package init(
            pictures: [String], configuration: String?, models: String?, json: Bool, minimumScore: Double, faces: Bool, animals: Bool,
            embeddings: Bool
        ) {
            self.pictures = pictures
            self.configuration = configuration
            self.models = models
            self.json = json
            self.minimumScore = minimumScore
            self.faces = faces
            self.animals = animals
            self.embeddings = embeddings
        }
    }

    /// Looks at pictures.
    /// - Parameter complain: Gets why a picture cannot be looked at, where the lines do not say it.
    /// - Returns: Whether all could be looked at.
    /// - Throws: Where the models cannot be used.
    package static func detect(_ look: Look, complain: (String) -> Void, write: (String) -> Void) async throws -> Bool {
        var (folder, detector) = (look.models ?? "", DetectorSettings())
        if look.models == nil || look.configuration != nil {
            let configuration = try EdgeConfiguration.load(
                path: look.configuration ?? "edge.toml", environment: ProcessInfo.processInfo.environment, purpose: .analyze)
            (folder, detector) = (look.models ?? SightModels.folder(in: configuration.dataFolder), configuration.detector)
        }
        let models = try await NodeModels.pictureModels(
            folder: folder, detector: detector, minimumScore: look.minimumScore, faces: look.faces, animals: look.animals)
        return await DetectCommand(
            detector: models.detector, faces: models.faces, animals: models.animals, minimumScore: look.minimumScore,
            embeddings: look.embeddings, json: look.json
        )
        .run(look.pictures, write: write, complain: complain)
    }
}
