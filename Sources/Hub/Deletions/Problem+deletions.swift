private import Base
private import HTTPTypes
private import Protocol

extension Problem {
    static let recordingKept = Problem(
        .conflict, "recording-kept", "The recording is kept",
        "Say first that it is kept no longer. Once its node has confirmed that, it can be deleted.")

    static let recordingOpen = Problem(
        .conflict, "recording-open", "The recording goes on", "It can be deleted when it has ended, in about a minute.")

    /// Nothing is recorded any more, as somebody has deleted it.
    init(deletion: SegmentDeletion) {
        var more = Array(",\"deleted_at\":\"\(deletion.askedAt.rfc3339)\",\"deleted_by\":".utf8)
        JSONText.append(deletion.askedBy, to: &more)
        self.init(
            .notFound, "nothing-recorded", "Nothing is recorded", "It was deleted by \(deletion.askedBy) at \(deletion.askedAt.rfc3339).",
            more: String(decoding: more, as: UTF8.self))
    }
}
