import Base
package import Protocol
package import Recording

/// A node's segment as the hub knows it: what a list shows of it, and its index, with which the hub can make it playable.
@dynamicMemberLookup package struct SegmentRecord: Sendable, Hashable {
    package var summary: SegmentSummary
    /// `SegmentIndex.encoded`, as it came.
    package var index: [UInt8]

    /// Seconds from a segment's start to its end at most. The stores refuse longer ones, so that they know how far back they have to look.
    package static let longest: Int64 = 86_400

    package init(_ summary: SegmentSummary, index: [UInt8]) {
        self.summary = summary
        self.index = index
    }

    /// The row of an index.
    /// - Parameters:
    ///   - encoded: What `index` was read from.
    ///   - kept: What else the node says.
    package init(_ index: SegmentIndex, encoded: [UInt8], kept: RetentionClass? = nil) {
        let identity = index.header.identity
        self.init(
            SegmentSummary(
                id: identity.segment, node: identity.node, site: identity.site, camera: identity.camera, track: index.header.track,
                start: index.header.start, end: index.end, fileLength: index.fileLength, state: index.state, kept: kept), index: encoded)
    }

    package subscript<Value>(dynamicMember path: WritableKeyPath<SegmentSummary, Value>) -> Value {
        get { summary[keyPath: path] }
        set { summary[keyPath: path] = newValue }
    }
}
