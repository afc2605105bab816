/// One frame of AAC, without a header of its own.
package struct SoundFrame: Sendable, Hashable {
    /// When it begins to be heard, on the clock of the pictures that it comes with.
    package var time: MediaTime
    package var data: [UInt8]

    package init(time: MediaTime, data: [UInt8]) {
        self.time = time
        self.data = data
    }
}
