import CLibAV

/// The whole picture, all planes, that a decoder lends together with its luma: of use during the call only, which is why it cannot be
/// copied out of it. Costs nothing to whoever does not ask it for anything.
package struct LentPicture: ~Copyable {
    let frame: UnsafePointer<AVFrame>
    let isFullRange: Bool

    /// Keeps the picture beyond the call, by a reference.
    /// - Returns: Nil where there is no memory.
    package borrowing func hold() -> HeldPicture? {
        guard let held = OwnedFrame(), av_frame_ref(held.pointer, frame) >= 0 else { return nil }
        return HeldPicture(frame: held, isFullRange: isFullRange)
    }
}
