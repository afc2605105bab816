package import Base
package import Protocol
private import Recording
private import Synchronization

/// Takes from nodes what they say of their segments.
package final class SegmentIntake: Sendable {
    let store: any RecordingStore & DeletionStore & FleetStore
    private let clock: any WallClock
    private let metrics: Metrics
    private let inHand = Mutex(0)

    /// Bytes of indexes that are read at once. Beyond that a node is told to come again: read, an index of the largest size takes thirty times its
    /// bytes. A usual one has a few thousand.
    private static let room = SegmentIndex.maximumLength
    /// What each counts at least, so that there are never so many that they use up the connections to the database.
    private static let leastRoom = room / 4

    package init(store: any RecordingStore & DeletionStore & FleetStore, clock: any WallClock, metrics: Metrics) {
        self.store = store
        self.clock = clock
        self.metrics = metrics
        metrics.declare("vigilar_segments_stored_total", .counter, help: "Words of nodes on their segments that were news and stored.")
        metrics.declare("vigilar_segments_refused_total", .counter, help: "Words of nodes on their segments that were refused, by reason.")
    }

    /// Stores what a node says of a segment. Repeating it changes nothing.
    ///
    /// - Parameters:
    ///   - bytes: A `SegmentIndex`, encoded.
    ///   - kept: How long the node keeps it; nil where it does not say.
    /// - Throws: `SegmentRefusal`, or `StoreError` where it should be sent again.
    package func take(_ bytes: [UInt8], of segment: EventID, from node: String, kept: RetentionClass? = nil) async throws {
        let weight = min(max(bytes.count, Self.leastRoom), Self.room)
        guard inHand.withLock({ $0 + weight <= Self.room ? ($0 += weight, true).1 : false }) else { throw refused(.busy) }
        defer { inHand.withLock { $0 -= weight } }
        let site = try await store.fleetNode(node)?.site
        var record: SegmentRecord
        do throws(SegmentRefusal) { record = try read(bytes, of: segment, from: node, site: site) } catch { throw refused(error) }
        record.kept = kept
        switch try await store.putSegment(record, at: clock.now) {
        case .stored: metrics.add("vigilar_segments_stored_total")
        case .kept: break
        case .unknownCamera: throw refused(.unknownCamera)
        case .foreign: throw refused(.foreignSegment)
        }
    }

    /// - Parameter site: The node's; nil where the hub does not know it.
    private func read(_ bytes: [UInt8], of segment: EventID, from node: String, site: String?) throws(SegmentRefusal) -> SegmentRecord {
        let index: SegmentIndex
        do throws(RecordingError) { index = try SegmentIndex(encoded: bytes) } catch { throw .badIndex(error.message) }
        let identity = index.header.identity
        guard identity.segment == segment else { throw .badIndex("the index is another segment's") }
        guard identity.node == node else { throw .badIndex("the segment was recorded by another node") }
        guard site == nil || identity.site == site else { throw .badIndex("the segment was recorded at another site than the node's") }
        if let fault = index.fault(now: clock.now) { throw .badIndex("a segment's index is not sound: \(fault)") }
        return SegmentRecord(index, encoded: bytes)
    }

    /// Counts a refusal.
    package func refused(_ refusal: SegmentRefusal) -> SegmentRefusal {
        metrics.add("vigilar_segments_refused_total", labels: [("reason", refusal.reason)])
        return refusal
    }
}
