import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// Text that no cache keeps.
    init(status: HTTPResponse.Status = .ok, text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(
            status: status, headers: [.contentType: contentType, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// JSON that no cache keeps.
    init(status: HTTPResponse.Status = .ok, json: [UInt8]) {
        self.init(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }
}
