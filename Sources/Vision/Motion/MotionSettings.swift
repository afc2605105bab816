/// What counts as motion on one camera. The defaults are meant for every camera.
package struct MotionSettings: Sendable, Hashable {
    /// 0 (only strong contrasts) … 1 (the faintest change above the noise). Default 0.5.
    package var sensitivity: Double
    /// The smallest moving thing, as a fraction of the frame. Default 0.001: 29 × 72 pixels of a 1080p picture.
    package var minimumArea: Double
    /// Seconds that a thing must be seen before it is motion. Default 0.2.
    package var minimumDuration: Double
    /// Motion counts inside these only; empty: everywhere. At most 16 are used.
    package var zones: [MotionZone]
    /// Motion never counts inside these, zones or not.
    package var masks: [Polygon]

    package init(
        sensitivity: Double = 0.5, minimumArea: Double = 0.001, minimumDuration: Double = 0.2, zones: [MotionZone] = [],
        masks: [Polygon] = []
    ) {
        self.sensitivity = sensitivity
        self.minimumArea = minimumArea
        self.minimumDuration = minimumDuration
        self.zones = zones
        self.masks = masks
    }
}
