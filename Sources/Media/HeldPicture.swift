import CLibAV

/// A picture that stays when the decoder goes on: a reference to its planes, not a copy. It keeps the memory of one decoded picture
/// (1.5 bytes a pixel as a rule), so hold few. May be handed to another thread.
package struct HeldPicture: Sendable {
    let frame: OwnedFrame
    let isFullRange: Bool

    /// In pixels.
    package var width: Int { Int(frame.pointer.pointee.width) }
    /// In pixels.
    package var height: Int { Int(frame.pointer.pointee.height) }
}
