private import Base
private import Protocol

/// What the page of a camera shows, as the template's values. The settings themselves are the script's to ask for: they change while the page
/// is open.
struct CameraView {
    var visitor: PageVisitor
    /// Whether they may change its settings, its address, and see its video.
    var operates = false
    var isAdministered = false
    var watches = false
    /// What does not work, in a sentence; nil where all is well.
    var notice: String?
    var camera: String
    var node: String
    /// The camera's last event with a picture, to draw on; nil where there is none among the last ones.
    var picture: StoredEvent?
    /// Whether it has a small stream beside its main one.
    var hasSubStream = false

    /// Events among which a picture is looked for.
    static let searched = 100

    init(visitor: PageVisitor, notice: String?, camera: String, node: String) {
        self.visitor = visitor
        self.notice = notice
        self.camera = camera
        self.node = node
    }

    func values(icons: String) -> [String: Any] {
        var out: [String: Any] = [
            "isCamera": true, "operates": operates, "isAdministered": isAdministered, "watches": watches, "camera": camera, "node": node,
            "hasPicture": picture != nil,
            "hasSubStream": hasSubStream,
        ]
        out.merge(visitor.values) { $1 }
        if let notice { out["notice"] = notice }
        if let picture, let rank = picture.snapshot {
            out["picture"] = "/api/v1/events/\(picture.event.id)/snapshot.jpg?rank=\(rank)"
            out["pictureTime"] = picture.event.ts.rfc3339
        }
        return out
    }
}
