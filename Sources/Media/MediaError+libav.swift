import CLibAV

extension MediaError {
    /// From a negative return value of libav.
    /// - Parameters:
    ///   - stop: Tells an interruption that was asked for from one by the deadline.
    init(libav code: Int32, source: MediaSource, stop: StopFlag) {
        let cause = Self.words(code)
        switch code {
        case vigilar_error_exit() where stop.isStopped:
            self.init(.stopped, "reading \(source) was stopped")
        case vigilar_error_exit(), vigilar_error_timed_out():
            self.init(.timedOut, "\(source) sent nothing in time: check that the camera is on and the network carries it")
        case vigilar_error_unauthorized(), vigilar_error_forbidden(), vigilar_error_no_permission():
            self.init(
                .unauthorized, "\(source) refused access: check the user name and the password, or the file's permissions", cause: cause)
        case vigilar_error_http_not_found(), vigilar_error_no_file(), vigilar_error_stream_not_found():
            self.init(.notFound, "there is nothing at \(source): check the path", cause: cause)
        case vigilar_error_refused(), vigilar_error_no_host():
            self.init(.unreachable, "\(source) cannot be reached: check the host, the port and the network", cause: cause)
        case vigilar_error_protocol_not_found(), vigilar_error_demuxer_not_found(), vigilar_error_invalid_argument():
            // What is not on one of the whitelists ends as an invalid argument.
            self.init(.refused, "\(source) leads elsewhere, or is in a container that is not read: give the address of the stream itself")
        case vigilar_error_invalid_data():
            self.init(.invalidData, "what \(source) sends is not understood: it is damaged, or of a kind that is not read", cause: cause)
        default:
            self.init(.unreachable, "\(source) cannot be read", cause: cause)
        }
    }

    /// libav's text for an error; it never holds an address.
    static func words(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard av_strerror(code, &buffer, buffer.count) == 0 else { return "libav error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
