/// Why a node's word on a segment was not taken.
package enum SegmentRefusal: Error, Sendable, Hashable {
    /// The index cannot be read, or what it says cannot be; in words.
    case badIndex(String)
    /// The segment's camera is nobody's yet: the index overtook the claim.
    case unknownCamera
    /// The segment or its camera is another node's.
    case foreignSegment
    case tooLarge
    /// Too many at once.
    case busy

    /// The metric's label.
    package var reason: String {
        switch self {
        case .badIndex: "bad-index"
        case .unknownCamera: "unknown-camera"
        case .foreignSegment: "foreign-segment"
        case .tooLarge: "too-large"
        case .busy: "busy"
        }
    }
}
