/// What the hub signs: each kind has a domain of its own, so that one cannot be passed off as another.
package enum SignedDomain {
    /// A camera's settings.
    package static let config = "vigilar/config/v1"
    /// A camera that is added, changed or taken away.
    package static let camera = "vigilar/camera/v1"
    /// Bytes of a segment that are to be pushed to the hub.
    package static let upload = "vigilar/upload/v1"
    /// What a camera shows now, which is to be pushed to the hub.
    package static let live = "vigilar/live/v1"

    /// A replica's word to another one that it passes an upload on.
    package static let relay = "vigilar/relay/v1"
    /// Somebody who is erased, of whom a node is to forget what it has.
    package static let forget = "vigilar/forget/v1"
    /// A segment that is to be kept, or no longer.
    package static let star = "vigilar/star/v1"
    /// Segments that go for good because somebody wants so.
    package static let delete = "vigilar/delete/v1"

    /// The context of a camera's source, sealed to its node's key: a box is good for one change of one camera on one node.
    package static func source(node: String, camera: String, number: Int64) -> [UInt8] {
        Array("vigilar/camera-source/v1\0\(node)\0\(camera)\0\(number)".utf8)
    }
}
