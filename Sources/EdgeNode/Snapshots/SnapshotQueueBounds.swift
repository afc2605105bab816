/// How much the pictures that wait for the hub may take of the node's disk.
package struct SnapshotQueueBounds: Sendable {
    package var bytes = 200_000_000
    package var files = 5000

    package init() {}
}
