/// How far a leader has published, and how far it has noted so.
struct PublishPosition: Sendable {
    var through: Int64
    var marked: Int64

    init(through: Int64) {
        self.through = through
        self.marked = through
    }

    var needsMark: Bool { through > marked }
}
