package import Protocol

/// A picture that somebody is known by. It stays when its event goes.
package struct GalleryPortrait: Sendable, Hashable {
    package var event: EventID
    package var individual: EventID
    package var node: String
    package var rank: Int
    package var model: String
}
