/// What a box of an event's picture is around, by the word of the event's type. Their order is that of the sealed layout: new ones come last.
package enum SnapshotBoxKind: String, Sendable, Hashable, CaseIterable {
    case motion
    case person
    case face
    case pet
    case wildlife
    case vehicle
}
