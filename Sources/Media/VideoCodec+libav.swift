import CLibAV
import MediaTypes

extension VideoCodec {
    init?(libav id: AVCodecID) {
        switch id {
        case AV_CODEC_ID_H264: self = .h264
        case AV_CODEC_ID_HEVC: self = .hevc
        case AV_CODEC_ID_MJPEG: self = .mjpeg
        default: return nil
        }
    }

    var libav: AVCodecID {
        switch self {
        case .h264: AV_CODEC_ID_H264
        case .hevc: AV_CODEC_ID_HEVC
        case .mjpeg: AV_CODEC_ID_MJPEG
        }
    }
}
