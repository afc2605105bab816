/// How somebody looked: what a node makes of a person's face or an animal, to be known again by. It travels sealed only, and never in an event.
package struct Portrait: Sendable, Hashable {
    /// Of the event that it belongs to.
    package var track: Int
    package var kind: PortraitKind
    /// Which model made the numbers: only those of one model can be compared.
    package var model: String
    /// A direction, of any length.
    package var embedding: [Float]
    /// Pictures whose numbers were put together.
    package var pictures: Int
    /// What the detector called it.
    package var label: String
    /// The best of the pictures, cut out, as JPEG.
    package var crop: [UInt8]

    package init(track: Int, kind: PortraitKind, model: String, embedding: [Float], pictures: Int, label: String, crop: [UInt8]) {
        self.track = track
        self.kind = kind
        self.model = model
        self.embedding = embedding
        self.pictures = pictures
        self.label = label
        self.crop = crop
    }
}
