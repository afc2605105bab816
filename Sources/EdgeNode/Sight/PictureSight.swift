package import Sight
package import Vision

/// What was seen in a picture that comes by itself.
package struct PictureSight: Sendable, Hashable {
    /// In pixels.
    package var width: Int
    /// In pixels.
    package var height: Int
    /// The best first.
    package var objects: [Detection]
    package var cost: LookCost
    /// The surest first; nil where nobody looked for them.
    package var faces: [PictureFace]?
    package var faceCost = LookCost()
    /// What the whole picture can be known by, taken as one animal: none where that has no direction; nil where nobody looked at it so.
    package var animals: [Embedding]?
    package var animalCost = LookCost()

    package init(width: Int, height: Int, objects: [Detection], cost: LookCost) {
        self.width = width
        self.height = height
        self.objects = objects
        self.cost = cost
    }
}
