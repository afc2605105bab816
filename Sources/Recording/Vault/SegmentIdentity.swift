package import Protocol

/// Which segment it is, in all the world.
package struct SegmentIdentity: Sendable, Hashable {
    package let site: String
    package let node: String
    package let camera: String
    /// UUIDv7 of its start.
    package let segment: EventID

    /// - Parameters: Ids as of `Identifier`; `SegmentHeader` checks them.
    package init(site: String, node: String, camera: String, segment: EventID) {
        self.site = site
        self.node = node
        self.camera = camera
        self.segment = segment
    }

    /// What its key is sealed for, so that it cannot be passed off as another segment's. No id can hold the zero byte that parts them.
    var sealingContext: [UInt8] { Array("vigilar/segment/v1\0\(site)\0\(node)\0\(camera)\0\(segment)".utf8) }
}
