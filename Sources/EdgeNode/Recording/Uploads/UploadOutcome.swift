/// What became of an upload.
enum UploadOutcome: String, Sendable {
    /// All of it is at the hub.
    case done
    /// The hub answered, or closed, before it had all: nobody wants it any more.
    case unwanted
    /// No hub was there, or the file could not be read.
    case failed
    /// The hub took nothing for too long.
    case stalled
    /// The node ends.
    case stopped
}
