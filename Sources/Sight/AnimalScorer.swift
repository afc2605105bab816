package import Media
package import Vision

/// What says of an animal, or of something that moves and that the detector has no word for, how much it looks like each of its classes.
package protocol AnimalScorer: Sendable {
    /// - Parameter box: Of the animal, in fractions of the picture.
    /// - Returns: A score for each class, summing up to about 1; nil where nothing of the box lies in the picture.
    /// - Throws: Where the picture cannot be read, or the model fails or gives something else.
    func scores(in picture: HeldPicture, box: Box, cost: inout LookCost) async throws -> [Float]?
}
