import CLibAV

extension HeldPicture {
    /// A part of the picture, which shares its memory. Its edges move outwards to whole samples of chroma.
    /// - Returns: Nil where nothing of it lies in the picture, or there is no memory.
    package func part(x: Int, y: Int, width: Int, height: Int) -> HeldPicture? {
        guard let part = OwnedFrame(), av_frame_ref(part.pointer, frame.pointer) >= 0 else { return nil }
        let (left, top) = (max(0, x) & ~1, max(0, y) & ~1)
        let (right, bottom) = (min(self.width, (x + width + 1) & ~1), min(self.height, (y + height + 1) & ~1))
        guard right > left, bottom > top else { return nil }
        part.pointer.pointee.crop_left = left
        part.pointer.pointee.crop_top = top
        part.pointer.pointee.crop_right = self.width - right
        part.pointer.pointee.crop_bottom = self.height - bottom
        guard av_frame_apply_cropping(part.pointer, Int32(AV_FRAME_CROP_UNALIGNED)) >= 0 else { return nil }
        return HeldPicture(frame: part, isFullRange: isFullRange)
    }
}
