import Base

/// What the page of recordings shows, as the template's values. What was recorded on a day is the script's to ask for: the day is the
/// reader's own, and another one is chosen while the page is open.
struct RecordingsView {
    /// A camera whose recordings may be watched.
    struct Camera {
        let id: String
        let name: String
        let node: String
        /// When the first of its recordings begins that is still there.
        let oldest: Timestamp?
        /// Whether the reader may keep its recordings.
        let operates: Bool
    }

    var visitor: PageVisitor
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    var cameras: [Camera] = []
    /// Whether the cameras are all that there are; false where nobody could tell.
    var isKnown = true

    init(visitor: PageVisitor, notice: String?) {
        self.visitor = visitor
        self.notice = notice
    }

    var values: [String: Any] {
        var out: [String: Any] = [
            "isRecordings": true, "isStill": true, "hasCameras": !cameras.isEmpty, "isEmpty": isKnown && cameras.isEmpty,
            "cameras": cameras.map { camera -> [String: Any] in
                [
                    "id": camera.id, "name": camera.name, "node": camera.node, "oldest": camera.oldest?.rfc3339 ?? "",
                    "operates": camera.operates,
                ]
            },
        ]
        out.merge(visitor.values(notice)) { $1 }
        return out
    }
}
