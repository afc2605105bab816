// What Swift cannot import of libav: macros with casts, variadic functions, and fields of opaque unions.
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/dict.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mathematics.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

static inline int vigilar_error_again(void) { return AVERROR(EAGAIN); }
static inline int vigilar_error_end(void) { return AVERROR_EOF; }
static inline int vigilar_error_exit(void) { return AVERROR_EXIT; }
static inline int vigilar_error_invalid_data(void) { return AVERROR_INVALIDDATA; }
static inline int vigilar_error_unauthorized(void) { return AVERROR_HTTP_UNAUTHORIZED; }
static inline int vigilar_error_forbidden(void) { return AVERROR_HTTP_FORBIDDEN; }
static inline int vigilar_error_http_not_found(void) { return AVERROR_HTTP_NOT_FOUND; }
static inline int vigilar_error_protocol_not_found(void) { return AVERROR_PROTOCOL_NOT_FOUND; }
static inline int vigilar_error_demuxer_not_found(void) { return AVERROR_DEMUXER_NOT_FOUND; }
static inline int vigilar_error_stream_not_found(void) { return AVERROR_STREAM_NOT_FOUND; }
static inline int vigilar_error_decoder_not_found(void) { return AVERROR_DECODER_NOT_FOUND; }
static inline int vigilar_error_no_file(void) { return AVERROR(ENOENT); }
static inline int vigilar_error_no_permission(void) { return AVERROR(EACCES); }
static inline int vigilar_error_refused(void) { return AVERROR(ECONNREFUSED); }
static inline int vigilar_error_timed_out(void) { return AVERROR(ETIMEDOUT); }
static inline int vigilar_error_no_host(void) { return AVERROR(EHOSTUNREACH); }
static inline int vigilar_error_invalid_argument(void) { return AVERROR(EINVAL); }
static inline int vigilar_error_no_memory(void) { return AVERROR(ENOMEM); }
static inline int64_t vigilar_no_timestamp(void) { return AV_NOPTS_VALUE; }

// Scales a picture into one that has its size, its format and its memory, and makes luma go from 0 to 255. Here and not in Swift because
// the scaler's context is an opaque type in some versions of the library and none in others. The ranges have to be known before
// the context is made ready: it chooses its way by them.
static inline int vigilar_scale(AVFrame *to, const AVFrame *from, int from_format, int from_full_range) {
    struct SwsContext *scaler = sws_alloc_context();
    if (!scaler) return AVERROR(ENOMEM);
    av_opt_set_int(scaler, "srcw", from->width, 0);
    av_opt_set_int(scaler, "srch", from->height, 0);
    av_opt_set_int(scaler, "src_format", from_format, 0);
    av_opt_set_int(scaler, "src_range", from_full_range, 0);
    av_opt_set_int(scaler, "dstw", to->width, 0);
    av_opt_set_int(scaler, "dsth", to->height, 0);
    av_opt_set_int(scaler, "dst_format", to->format, 0);
    av_opt_set_int(scaler, "dst_range", 1, 0);
    av_opt_set_int(scaler, "sws_flags", SWS_BILINEAR, 0);
    int code = sws_init_context(scaler, NULL, NULL);
    if (code >= 0)
        code = sws_scale(scaler, (const uint8_t *const *)from->data, from->linesize, 0, from->height, to->data, to->linesize);
    sws_freeContext(scaler);
    return code;
}

// Writes a picture as blue, green and red, with chroma at each pixel and the arithmetic that rounds.
static inline int vigilar_pack_bgr(uint8_t *to, int stride, const AVFrame *from, int from_format, int from_full_range, int is_bt709) {
    struct SwsContext *scaler = sws_alloc_context();
    if (!scaler) return AVERROR(ENOMEM);
    av_opt_set_int(scaler, "srcw", from->width, 0);
    av_opt_set_int(scaler, "srch", from->height, 0);
    av_opt_set_int(scaler, "src_format", from_format, 0);
    av_opt_set_int(scaler, "src_range", from_full_range, 0);
    av_opt_set_int(scaler, "dstw", from->width, 0);
    av_opt_set_int(scaler, "dsth", from->height, 0);
    av_opt_set_int(scaler, "dst_format", AV_PIX_FMT_BGR24, 0);
    av_opt_set_int(scaler, "dst_range", 1, 0);
    av_opt_set_int(scaler, "sws_flags", SWS_BILINEAR | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND, 0);
    const int *matrix = sws_getCoefficients(is_bt709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
    int code = sws_init_context(scaler, NULL, NULL);
    if (code >= 0) {
        // Refused by formats that have no matrix, which need none.
        sws_setColorspaceDetails(scaler, matrix, from_full_range, matrix, 1, 0, 1 << 16, 1 << 16);
        uint8_t *const planes[4] = {to, NULL, NULL, NULL};
        const int strides[4] = {stride, 0, 0, 0};
        code = sws_scale(scaler, (const uint8_t *const *)from->data, from->linesize, 0, from->height, planes, strides);
    }
    sws_freeContext(scaler);
    return code;
}
