/// What a decoder made of a detector's outputs.
package struct DecodedDetections: Sendable, Hashable {
    /// The best first.
    package var detections: [Detection]
    /// Places above the minimum score that were passed over: with numbers that are none, or boxes of absurd size. Zero for a sound model.
    package var rejected: Int

    package init(detections: [Detection], rejected: Int = 0) {
        self.detections = detections
        self.rejected = rejected
    }
}
