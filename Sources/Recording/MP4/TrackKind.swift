/// What a track of a segment holds; the raw value is its number in the file.
package enum TrackKind: UInt8, Sendable {
    case video = 1
    case sound = 2
}
