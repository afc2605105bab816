/// The compressions that are read.
package enum VideoCodec: String, Sendable {
    case h264, hevc, mjpeg
}
