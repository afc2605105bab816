import Recording

/// Why a node does not send what it is asked for; the text goes to the hub.
struct UploadRefusal: Error, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// Gives an error of the library's to the hub in words.
    static func wrapping<T>(_ body: () throws(RecordingError) -> T) throws(UploadRefusal) -> T {
        do { return try body() } catch { throw UploadRefusal(error.message) }
    }

    /// The hub knows these two words.
    static let gone = UploadRefusal("gone")
    static let busy = UploadRefusal("busy")
}
