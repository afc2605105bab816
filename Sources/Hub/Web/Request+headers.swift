import HTTPTypes
import Hummingbird

extension Request {
    /// Whether the client has what an entity tag names (`If-None-Match`; RFC 9110, section 13.1.2), weakly compared.
    /// - Parameter tag: With its quotes.
    func has(_ tag: String) -> Bool {
        (headers[.ifNoneMatch] ?? "").split(separator: ",").contains { $0.trimmingPrefix { $0 == " " }.trimmingPrefix("W/") == tag }
    }

    /// - Throws: `Problem`, 415, where the body is said to be anything but bytes.
    func checkIsOctets() throws(Problem) {
        guard (headers[.contentType] ?? "").prefix(while: { $0 != ";" }).lowercased() == "application/octet-stream" else {
            throw Problem(.unsupportedMediaType, "unsupported-type", "Unknown kind of body", "Send application/octet-stream.")
        }
    }
}
