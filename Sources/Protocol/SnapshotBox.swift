/// Something that an event's picture shows, and where in the picture.
package struct SnapshotBox: Sendable, Hashable {
    package var kind: SnapshotBoxKind
    /// 0…1, how sure that is in this picture; nil where nothing says so.
    package var score: Double?
    package var area: SnapshotArea

    package init(kind: SnapshotBoxKind, score: Double? = nil, area: SnapshotArea) {
        self.kind = kind
        self.score = score
        self.area = area
    }
}
