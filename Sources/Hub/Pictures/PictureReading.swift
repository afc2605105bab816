package import Media
package import Protocol
package import Sight

/// Reads who is in a picture: with the models, or in tests with an answer that is known.
package protocol PictureReading: Sendable {
    /// Whether there is what reads, without loading it.
    /// - Throws: Why not, for people.
    func check() throws
    /// Loads it, unless it is.
    /// - Throws: Why it cannot be, for people.
    func prepare() async throws
    /// All that a picture shows of a kind, the largest first.
    /// - Parameter isCutOut: Whether the picture was cut out around one: an animal is what is there then, whatever the detector says.
    /// - Throws: Where a model fails.
    func read(_ picture: HeldPicture, _ kind: PortraitKind, isCutOut: Bool) async throws -> [PictureSubject]
    /// Nothing is to be read for now: memory is given back.
    func rest() async
}
