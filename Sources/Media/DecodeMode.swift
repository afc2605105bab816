/// How much of a picture the decoder works out.
package enum DecodeMode: String, Sendable {
    /// The picture as the camera encoded it.
    case full
    /// Luma good enough to see that something moves, for less work: the deblocking filter is left out.
    case motion
}
