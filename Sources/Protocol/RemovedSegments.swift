/// What a node tells its hub of segments that are gone, with `POST /api/v1/nodes/{node}/segments/removed`.
package struct RemovedSegments: Sendable, Hashable, Codable {
    /// Ids at most in one message.
    package static let limit = 500

    package var segments: [EventID]

    package init(segments: [EventID]) { self.segments = segments }
}
