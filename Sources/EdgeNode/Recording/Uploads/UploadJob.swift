import Protocol

/// An upload that was accepted. Its segment is held until it is over.
struct UploadJob: Sendable {
    let ticket: String
    let segment: EventID
    /// The segment's file.
    let path: String
    /// Bytes of it, all of which count.
    let range: Range<Int64>
}
