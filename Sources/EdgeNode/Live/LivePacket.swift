import Media
package import MediaTypes

/// A camera's packet on its way to somebody who watches now.
package struct LivePacket: Sendable {
    package let packet: EncodedPacket
    package let stream: StreamInfo
}
