package import Media
package import Protocol
package import Vision

/// A portrait that the hub is to have, not yet encoded.
package struct PortraitShot: Sendable {
    package var event: EventID
    /// 1 for the first that the event has, 2 for the one that replaces it.
    package var rank: Int
    package var track: Int
    package var kind: PortraitKind
    package var embedding: Embedding
    /// Pictures whose embeddings were put together.
    package var pictures: Int
    package var label: String
    package var picture: HeldPicture
    /// What is cut out of it, in fractions.
    package var crop: Box
}
