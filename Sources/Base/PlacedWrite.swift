private import Glibc

/// `pwrite`, until everything is written.
enum PlacedWrite {
    /// - Returns: False where the system refuses, with its reason in `errno`; some may be written by then.
    static func all(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, at place: Int64) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, off_t(place) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
