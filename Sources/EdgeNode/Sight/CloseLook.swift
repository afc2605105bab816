package import Vision

/// Something that is followed and is to be looked at closely: to know it again, or to tell what animal it is.
package struct CloseLook: Sendable, Hashable {
    /// Of the track.
    package var track: Int
    /// In fractions of the picture.
    package var box: Box
    /// Of its last sighting, 0…1.
    package var score: Double
    package var isPerson: Bool
    /// Other people that are followed: a face may be theirs.
    package var others: [Box] = []
}
