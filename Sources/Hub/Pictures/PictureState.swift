/// What the hub has still to look at.
package struct PictureState: Sendable, Hashable {
    /// Pictures that were given.
    package var waiting: Int
    /// Portraits that another model has read, and that are read again.
    package var old: Int
    /// Why none is looked at here; nil where nothing is the matter.
    package var trouble: String?
}
